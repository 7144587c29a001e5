//! Writes what is sent into a folder, to be looked at in a browser:
//!
//!     cargo run -p messages --example preview -- target/messages

use std::path::PathBuf;
use std::{env, fs, io};

use messages::{Kind, mail, preview, preview_index};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("target/messages"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    // Without a server, the folder's pages are files.
    let mut index = preview_index();
    for kind in Kind::ALL {
        for locale in mail::languages() {
            let Some(page) = preview(kind, locale) else { continue };
            fs::write(folder.join(format!("{kind}.{locale}.html")), page)?;
            index = index
                .replace(&format!("href=\"{kind}/{locale}\""), &format!("href=\"{kind}.{locale}.html\""));
        }
    }
    fs::write(folder.join("index.html"), index)
}
