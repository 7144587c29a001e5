//! A program file is a program, or problems that say where; never a panic, whatever is in it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match catalog::load("fuzz.toml", text) {
        Ok(program) => {
            let changes = catalog::diff(&program, &program);
            assert!(changes.is_empty(), "a program differs from itself");
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused, and nothing said");
            for problem in problems {
                assert!(problem.to_string().starts_with("fuzz.toml:"), "no place in: {problem}");
            }
        }
    }
});
