use super::*;

#[test]
fn estimates_follow_the_pace() {
    let text = "[campaign]\nid='c'\ncontact='x'\n[repositories]\n[change]\nreviewers=['a']\n";
    let config = Config::parse(text, std::path::Path::new("/")).expect("it is right");
    for (new, writes, seconds) in [(0, 0, 0), (1, 3, 2), (100, 300, 299), (1240, 3720, 9 * 3600 + 119)] {
        let estimate = estimate(&config, new, 0);
        assert_eq!((estimate.writes, estimate.seconds), (writes, seconds), "{new}");
    }
}
