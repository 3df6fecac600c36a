//! What a server wants besides a good token: said, and cleared by the flow that clears it.

use cmdop_doctor::sandbox::Fault;

use crate::bench::{Bench, fates, result};

/// What is due under `fault`, said as `finding`, is cleared by a fix, and stays cleared.
fn cleared(fault: Fault, finding: &str) {
    let bench = Bench::at(&[fault]);
    bench.home.give_away();
    let told = bench.examined();
    assert_eq!(told.roots(), [finding], "{}", told.json);
    assert!(told.fix().unwrap().starts_with("cmdop login --device-code"));
    let told = bench.fixed(&["--fix"]);
    let check = finding.split('/').next().unwrap();
    assert_eq!(fates(&told, check)[0], "not_asked", "nobody is here to say yes");
    let told = bench.fixed_and_approved(&["--fix", "-y"]);
    assert_eq!(result(&told, check), "healed", "{}", told.json["treatment"]);
    assert_eq!(told.code, Some(0));
    assert_eq!(bench.examined().roots(), [""; 0]);
    let list = bench.cmdop(&["workspace", "list"]).by_ordinary_user().output();
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
}

#[test]
fn a_second_factor_that_is_due_is_given() {
    cleared(Fault::TwoFactorRequired, "oauth.two_factor/due");
}

#[test]
fn a_single_sign_on_that_is_due_is_given() {
    cleared(Fault::SsoRequired, "sso.session/due");
}
