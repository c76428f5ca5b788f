//! Objects that are opened within the `try`: the `finally` asks whether they were.

use super::Choices;
use super::resources::{Kind, ODD, ORDINARY, Unit, body, tried};

/// Objects that may count as false.
const HOLLOW: Kind = Kind {
    makes: &["Hollow(\"h\")", "Doubtful(\"d\", k)", "mmap.mmap(-1, 8)", "memoryview(b\"\")"],
    uses: &["print(@ is None)", "r = len(@) if hasattr(@, \"__len__\") else 0"],
    ends: &["close"],
};

/// Files that are only read: nobody sees when they are closed.
const READERS: Kind = Kind {
    makes: &[
        "open(os.__file__)",
        "open(os.__file__, \"rb\")",
        "open(os.__file__ + str(k))",
        "open(os.devnull)",
    ],
    uses: &["r = len(@.readline())", "print(@.closed)", "for line in @: r = len(line)"],
    ends: &["close"],
};

/// `x = None`, `try: x = make ... finally: if x: x.close()`.
pub(super) fn guarded(c: &mut Choices, u: &mut Unit) -> Vec<String> {
    let kind = match c.weighted(&[6, 8, 1]) {
        0 => &READERS,
        1 => &ORDINARY[c.weighted(&[12, 6, 6, 2, 3, 2, 1, 1, 1, 3, 2])],
        _ if c.chance(0.5) => &HOLLOW,
        _ => &ODD[c.rng.usize(..ODD.len())],
    };
    let x = c.name("x");
    let (make, end) = (c.pick(kind.makes), kind.ends[0]);
    let split = |text: &str| -> Vec<String> {
        text.replace('$', &x).replace('@', make).replace('&', end).split('\n').map(str::to_owned).collect()
    };
    let mut all = split(c.either(
        &["$ = None"],
        &[
            "$ = other = None",
            "other = $ = None\nprint(other)",
            "$: object = None",
            "pass",
            "$ = Bare(\"first\")",
            "$ = None  # nothing yet",
            "$ = None; other = 1",
            "$ = None\nprint($)",
            "$ = None\nKEPT.append(lambda: state($))",
            "$, other = None, 1",
        ],
    ));
    if c.chance(0.1) {
        all.push(c.pick(&["r = k", "", "# a word", "print(\"between\")"]).into());
    }
    let mut inner = Vec::new();
    if c.chance(0.35) {
        inner = split(c.either(
            &[
                "print(\"front\")",
                "r = sq(k)",
                "# in front",
                "check(k)",
                "r = 10 // k",
                "n = (len(WORDS) +\n  1)",
            ],
            &[
                "print($ is None)",
                "if k > 3: return state($)",
                "$ = Bare(\"front\")",
                "g = lambda: state($)\nprint(g())",
            ],
        ));
    }
    inner.extend(split(c.either(
        &["$ = @", "$ = @", "$ = @", "$ = @\n", "$ = @  # opens it", "$ = (\n    @)"],
        &[
            "if k: $ = @",
            "$ = other = @",
            "$ = @\n$ = @",
            "$ = keep(@)",
            "$ = @; print(1)",
            "for i in range(k):\n    $ = @",
            "try:\n    $ = @\nexcept OSError:\n    raise",
            "with managed(\"m\"):\n    $ = @",
        ],
    )));
    inner.extend(body(c, u, &x, kind));
    let mut ending = split(c.either(
        &["if $ is not None:\n    $.&()", "if $:\n    $.&()", "if $ != None:\n    $.&()", "if $: $.&()"],
        &[
            "if $ is not None and k < 9:\n    $.&()",
            "if $ is not None:\n    $.&()\n    print(\"closed\")",
            "if $ is not None:\n    $.&()\nelse:\n    print(\"nothing\")",
            "if not $: pass\nelse: $.&()",
            "if $ is None:\n    $.&()",
            "if k:\n    $.&()",
            "# closes it\nif $:\n    $.&()  # done",
        ],
    ));
    if c.chance(0.2) {
        let more = c.either(
            &["print(\"rest\")", "LOG.append(k)", "r = 7"],
            &["print(\"rest\", state($))", "check(9)", "return r", "print($ is None)"],
        );
        let more = if u.generator && u.is_async { "pass" } else { more };
        let more = vec![more.replace('$', &x)];
        ending = if c.chance(0.7) { [ending, more].concat() } else { [more, ending].concat() };
    }
    if u.generator && u.is_async {
        inner.retain(|l| !l.contains("return state"));
    }
    all.extend(tried(c, u, &x, inner, ending));
    if c.chance(0.15) {
        all.push(c.either(&["print(\"after\", state($))"], &["print($ is None)", "del $"]).replace('$', &x));
    }
    all
}

/// `x = Wicket()`, `try: ... finally: await x.close()`, in a coroutine.
pub(super) fn awaited(c: &mut Choices, u: &mut Unit) -> Vec<String> {
    let x = c.name("x");
    let make = c.either(
        &["Wicket(\"w\")", "Wicket(name=\"v\")"],
        &["Turnstile(\"t\")", "Portal(\"p\")", "Hatch(\"h\")", "aticks(2)", "Bare(\"b\")"],
    );
    let kind = Kind {
        makes: &[],
        uses: &["print(await @.use(k))", "r = await @.use(1)", "await acheck(k)", "print(state(@))"],
        ends: &["close"],
    };
    let mut all = vec![format!("{x} = {make}")];
    let inner = body(c, u, &x, &kind);
    let end = c.either(
        &["await $.close()"],
        &[
            "await $.aclose()",
            "$.close()",
            "await acheck(k)\nawait $.close()",
            "await $.close()\nprint(1)",
            "r = await $.close()",
        ],
    );
    let ending: Vec<String> = end.replace('$', &x).split('\n').map(str::to_owned).collect();
    all.extend(tried(c, u, &x, inner, ending));
    all
}
