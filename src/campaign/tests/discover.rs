//! Ways to say which repositories, on every forge.

use unspool_campaign::discover;
use unspool_fake_forge::Skin;

use crate::world::World;

const SKINS: [Skin; 3] = [Skin::Github, Skin::Gitlab, Skin::Forgejo];

/// The list of a campaign that names repositories in this way, on a forge whose pages have two entries.
#[track_caller]
fn check(repositories: &str, expected: &[&str]) {
    for skin in SKINS {
        let world = World::with_skin(skin, repositories);
        for name in ["acme/alpha", "acme/beta", "acme/gamma", "other/alpha", "other/delta"] {
            world.repository(name);
        }
        {
            let mut state = world.forge.state();
            state.page = 2;
            for name in ["acme/beta", "other/alpha", "other/delta"] {
                state.repositories.get_mut(name).unwrap().topics = vec!["python-service".into()];
            }
        }
        std::fs::write(world.folder.path().join("list.txt"), "# ours\nacme/gamma\n\nother/delta@main\n")
            .unwrap();
        let forge = world.connect();
        let found = discover::run(&world.config, Some(&*forge), &world.git(), &|_| {}).unwrap();
        let names: Vec<&str> = found.iter().map(|repository| &*repository.name).collect();
        assert_eq!(names, expected, "{skin:?} {repositories}");
        assert!(found.iter().all(|repository| repository.skip.is_none() && repository.commit.len() == 40));
    }
}

#[test]
fn by_name_and_list() {
    check("names = ['acme/alpha', 'acme/beta@main']\n", &["acme/alpha", "acme/beta"]);
    check("list = 'list.txt'\nnames = ['acme/gamma']\n", &["acme/gamma", "other/delta"]);
}

#[test]
fn by_organisation() {
    check("organisations = ['acme']\n", &["acme/alpha", "acme/beta", "acme/gamma", "acme/one"]);
    check("organisations = ['other']\nnames = ['acme/one']\n", &["acme/one", "other/alpha", "other/delta"]);
}

#[test]
fn by_topic() {
    check("topics = ['python-service']\n", &["acme/beta", "other/alpha", "other/delta"]);
}

#[test]
fn by_search() {
    check("search = ['alpha']\n", &["acme/alpha", "other/alpha"]);
    check(
        "search = ['alpha', 'delta']\ntopics = ['python-service']\n",
        &["acme/alpha", "acme/beta", "other/alpha", "other/delta"],
    );
}
