//! Writes papers into a folder, to be looked at:
//!
//!     cargo run -p papers --example preview -- target/papers

#[path = "../tests/common/mod.rs"]
mod common;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use common::{hard, long, money, receipt, vienna};
use papers::Receipt;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("target/papers"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("style.css"), papers::style())?;
    let refunded = Receipt { refunded: Some(money(10_000, "USD")), disputed: true, ..receipt() };
    let test = Receipt { test: true, ..receipt() };
    let samples = [
        ("receipt", receipt()),
        ("refunded", refunded),
        ("test", test),
        ("hard", hard()),
        ("long", long(200)),
    ];
    for (name, receipt) in samples {
        for locale in ["en", "de"] {
            let page = papers::receipt::html(&receipt, locale, &vienna());
            fs::write(folder.join(format!("{name}.{locale}.html")), page)?;
            let pdf = papers::receipt::pdf(&receipt, locale, &vienna())?;
            fs::write(folder.join(format!("{name}.{locale}.pdf")), pdf)?;
        }
    }
    Ok(())
}
