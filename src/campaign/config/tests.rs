use super::*;

const SMALLEST: &str = "[campaign]\nid = 'c'\ncontact = 'me'\n[repositories]\nnames = ['o/r']\n";

#[test]
fn the_template_is_a_campaign() {
    let config = Config::parse(TEMPLATE, Path::new("/f")).expect("it is understood");
    assert_eq!(config.store(), Path::new("/f/campaign.db"));
}

/// What is commented out in the template works, too, once the signs are gone.
#[test]
fn every_setting_of_the_template_is_understood() {
    let uncommented: String = TEMPLATE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if setting.starts_with('[') || setting.contains(" = ") => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let config = Config::parse(&uncommented, Path::new("/f")).expect("it is understood");
    assert!(config.verify.is_some() && config.forge.app.is_some());
}

#[test]
fn the_template_shows_the_defaults() {
    let config = Config::parse(TEMPLATE, Path::new("/f")).expect("it is understood");
    let least = Config::parse(SMALLEST, Path::new("/f")).expect("it is understood");
    for (shown, default) in [
        (format!("{:?}", config.waves), format!("{:?}", least.waves)),
        (format!("{:?}", config.pace), format!("{:?}", least.pace)),
        (format!("{:?}", config.limits), format!("{:?}", least.limits)),
        (format!("{:?}", config.change), format!("{:?}", least.change)),
    ] {
        assert_eq!(shown, default);
    }
}

#[test]
fn mistakes_are_named() {
    for (text, expected) in [
        ("[campaign]\nid = 'Big'\ncontact = 'me'\n[repositories]\n", "campaign.id `Big`"),
        ("[campaign]\nid = 'c'\ncontact = ' '\n[repositories]\n", "campaign.contact"),
        (&format!("{SMALLEST}colour = 1\n"), "colour"),
        (&format!("{SMALLEST}[pace]\nwrites-per-hour = 0\n"), "pace.writes-per-hour"),
        (&format!("{SMALLEST}[forge]\napi = 'http://x'\n"), "https://"),
        (&format!("{SMALLEST}[forge]\ninsecure = true\napi = 'ext::sh'\n"), "https://"),
        (&format!("{SMALLEST}[change]\nbranch-prefix = '../x'\n"), "branch-prefix"),
        (&format!("{SMALLEST}[change]\nauthor-name = \"a\\nb\"\n"), "author-name"),
        (&format!("{SMALLEST}[verify]\ncommand = 'x'\nenvironment = ['UNSPOOL_TOKEN']\n"), "secret"),
        (&format!("{SMALLEST}[verify]\ncommand = 'x'\n[limits]\nclone = 'blobless'\n"), "blobless"),
        (&format!("{SMALLEST}[waves]\nmerged = 2.0\n"), "waves.merged"),
    ] {
        let error = Config::parse(text, Path::new("/f")).expect_err(text).to_string();
        assert!(error.contains(expected), "{error}\n{text}");
    }
}
