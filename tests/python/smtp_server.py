"""An SMTP server (aiosmtpd) that writes what arrives, read by Python's own parser, a line of JSON for each mail;
attached files in base64.

Writes {"port": …} first, and ends when its input does. The recipient's name decides what happens: nobody@… is refused
for ever, later@… for now. With USER:PASSWORD as an argument, only who says these may send.
"""

import asyncio
import base64
import json
import logging
import sys
import warnings
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult


def write(fact):
    print(json.dumps(fact), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 There is nobody of that name here"
        if address.startswith("later@"):
            return "451 4.7.1 Greylisted: come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        single = [part for part in mail.walk() if not part.is_multipart()]
        parts = [(part.get_content_type(), part.get_content()) for part in single if not part.is_attachment()]
        files = [
            (part.get_filename(), part.get_content_type(), base64.b64encode(part.get_content()).decode())
            for part in single
            if part.is_attachment()
        ]
        write(
            {
                "hello": session.host_name,
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "type": mail.get_content_type(),
                "headers": [[name, str(value)] for name, value in mail.items()],
                "parts": parts,
                "files": files,
                "defects": [repr(defect) for defect in mail.defects],
                "longest_line": max(len(line) for line in envelope.content.split(b"\r\n")),
            }
        )
        return "250 OK"


def authenticator(credentials):
    def check(server, session, envelope, mechanism, data):
        said = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=said == credentials, handled=False)

    return check


async def main():
    auth = {}
    if len(sys.argv) > 1:
        # There is no TLS here, which aiosmtpd would want for passwords, and says so.
        warnings.simplefilter("ignore")
        logging.disable()
        auth = {"authenticator": authenticator(sys.argv[1]), "auth_required": True, "auth_require_tls": False}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="mail.test", **auth), "127.0.0.1", 0)
    write({"port": server.sockets[0].getsockname()[1]})
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
