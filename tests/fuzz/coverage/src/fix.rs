//! Every transform on any file, unsafe rewrites too: no check at run time fails, and a second run changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unspool_engine::driver::{Severity, fix_text};
use unspool_engine::transform::{Profile, Target};

fuzz_target!(|text: &str| {
    let all = unspool_transforms::registry();
    let fix = |text: &str| fix_text(text, all, true, Profile::All, Target::default());
    let Ok(fixed) = fix(text) else { return };
    for (_, severity, message) in &fixed.problems {
        assert!(*severity != Severity::Error, "{message}\n{text}");
    }
    let again = fix(&fixed.text).expect("it was verified");
    assert_eq!(again.text, fixed.text, "a second run changes it");
});
