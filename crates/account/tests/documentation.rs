//! The worked figures of the documentation are true: each `journal` block of its pages is a table of cases.

use std::path::Path;

use testkit::notation::run_page;

#[test]
fn the_worked_figures_are_true() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/domain");
    let mut pages = 0;
    for page in std::fs::read_dir(&folder).unwrap() {
        let path = page.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = format!("docs/domain/{}", path.file_name().unwrap().to_string_lossy());
            pages += usize::from(run_page(&name, &std::fs::read_to_string(&path).unwrap()) > 0);
        }
    }
    assert!(pages >= 7, "{pages} pages have figures");
}
