// Server-sent events of a fetch. An EventSource could send no Authorization header, and a token in an address ends up in logs.

/** Each event of an answer's body, as it comes: its name, its data and the id of the last one that had one. */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "", name = "message", data = [], id;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      // What is cut off in the middle was not sent.
      if (done) return;
      // A carriage return at the end may be half of a line's end.
      const lines = (text + value).split(/\r\n|\n|\r(?!$)/);
      text = lines.pop();
      for (const line of lines) {
        if (!line) {
          if (data.length) yield { name, data: data.join("\n"), id };
          [name, data] = ["message", []];
          continue;
        }
        const [, field, said] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line);
        if (field === "event") name = said;
        if (field === "data") data.push(said);
        if (field === "id") id = said;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
