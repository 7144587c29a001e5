use super::Source;

/// The identifiers outside tests.
fn code(text: &str) -> Vec<String> {
    let identifier = |text: &str| text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let source = Source::parse(text);
    source.tokens.iter().filter(|t| !t.test && identifier(&t.text)).map(|t| t.text.clone()).collect()
}

#[test]
fn comments_and_literals_are_no_code() {
    assert_eq!(code("a // b\nc /* d /* e */ f */ g"), ["a", "c", "g"]);
    assert_eq!(code(r#"a("b \" c", 'd', '\'', b'e', "\\") f"#), ["a", "b", "f"]);
    assert_eq!(code("a(r\"b\\\") c(r#\"d \" e\"#, br##\"f\"# g\"##) h"), ["a", "c", "b", "h"]);
    assert_eq!(
        code("fn a<'b>(c: &'b str) -> Vec<&'static str>"),
        "fn a b c b str Vec static str".split(' ').collect::<Vec<_>>()
    );
    assert_eq!(code("r#type bar\"x\""), ["r", "type", "bar"]);
    assert_eq!(code("a '\\u{7f}' b '\\'' c '\"' d"), ["a", "b", "c", "d"]);
}

#[test]
fn lines_are_counted_through_literals_and_comments() {
    let source = Source::parse("/* one\n two */ let a = \"\n\n\";\nb");
    let line = |name: &str| source.tokens.iter().find(|token| token.text == name).unwrap().line;
    assert_eq!((line("a"), line("b")), (2, 5));
    assert_eq!(source.comments, [(1, "/* one".to_owned()), (2, " two */".to_owned())]);
    assert_eq!(source.lines, 5);
}

#[test]
fn what_is_under_a_test_attribute_is_a_test() {
    assert_eq!(
        code("fn a() {}\n#[cfg(test)]\nmod tests { fn b() { {} } }\nfn c() {}"),
        ["fn", "a", "fn", "c"]
    );
    assert_eq!(code("#[test]\n#[should_panic]\nfn a(b: [u8; 2]) { c }\nfn d() {}"), ["fn", "d"]);
    assert_eq!(code("#[tokio::test(flavor = \"x\")]\nasync fn a() {}"), [""; 0]);
    assert_eq!(code("#[cfg(test)]\nuse a::{b, c};\nfn d() {}"), ["fn", "d"]);
    assert_eq!(code("#![cfg(test)]\nfn a() {}"), [""; 0]);
}

#[test]
fn other_attributes_are_not() {
    assert_eq!(code("#[cfg(not(test))]\nfn a() {}"), ["cfg", "not", "test", "fn", "a"]);
    assert_eq!(code("#[derive(Debug)]\nstruct A;"), ["derive", "Debug", "struct", "A"]);
    assert_eq!(
        code("#[cfg(any(test, feature = \"x\"))]\nfn a() {}"),
        ["cfg", "any", "test", "feature", "fn", "a"]
    );
}

#[test]
fn test_modules_in_other_files_are_named() {
    let source = Source::parse(
        "mod a;\n#[cfg(test)]\nmod b;\n#[cfg(test)]\npub(crate) mod c;\n#[cfg(test)]\nmod d { }",
    );
    assert_eq!(source.test_modules, ["b", "c"]);
    assert!(source.is_test_line(3) && !source.is_test_line(1));
}

#[test]
fn what_does_not_end_is_no_panic() {
    for text in
        ["\"a", "r#\"a", "/* a", "'\\", "#[cfg(test)]", "#[cfg(test)] mod", "#[", "#", "'", "r#", "{", "b'"]
    {
        Source::parse(text);
    }
}
