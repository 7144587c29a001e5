//! Tables of cases in plain text, one file a subject. The notation is told in `testkit::notation`.

use testkit::notation::run;

macro_rules! tables {
    ($($name:ident $least:literal)*) => {$(
        #[test]
        fn $name() {
            let file = concat!("crates/account/tests/cases/", stringify!($name), ".journal");
            let cases = run(file, include_str!(concat!("cases/", stringify!($name), ".journal")));
            assert!(cases >= $least, "{file} has {cases} cases");
        }
    )*};
}

tables! {
    accounts 10
    alerts 10
    charges 15
    draw_down 25
    grants 15
    groups 8
    holds 35
    late_credits 15
    overdraft 25
    reports 9
    returns 20
    sessions 12
    time 12
    units 5
    voids_and_adjustments 12
}
