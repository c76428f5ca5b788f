//! The working directory and the streams, swapped and put back by hand.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family = Family {
    transform: "swap-to-contextmanager",
    program,
    definitions: include_str!("swaps.py"),
    mode: Mode::Stated(3, 11),
};

/// What is swapped. `@` stands for a value.
struct What {
    get: &'static str,
    set: &'static str,
    values: &'static [&'static str],
    /// They change what is saved, or may.
    odd_values: &'static [&'static str],
    elsewhere: &'static str,
}

const STREAM: &[&str] =
    &["io.StringIO()", "Tap(\"a\")", "made(\"b\")", "open(os.devnull, \"w\")", "taken", "None", "sys.stdin"];

const WHATS: &[What] = &[
    What {
        get: "sys.stdout",
        set: "sys.stdout = @",
        values: STREAM,
        odd_values: &["caught(\"c\")", "outer(taken)", "await later(taken)"],
        elsewhere: "sys.__stdout__",
    },
    What {
        get: "sys.stderr",
        set: "sys.stderr = @",
        values: STREAM,
        odd_values: &["grumbled(\"g\")", "outer(taken)", "await later(taken)"],
        elsewhere: "sys.stdout",
    },
    What {
        get: "os.getcwd()",
        set: "os.chdir(@)",
        values: &["\"/\"", "\"/usr\"", "os.path.dirname(os.__file__)", "\"/nowhere\"", "os.sep", "\"..\""],
        odd_values: &["moved(\"/\")", "moved(\"..\")", "outer(\"/\")", "await later(\"..\")"],
        elsewhere: "\"/usr\"",
    },
];

/// What a program has against it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    PutsBackElse,
    Rebinds,
    Between,
    Evaluates,
    Named,
    Comment,
    Layout,
}

const TROUBLES: &[Trouble] = &[
    Trouble::PutsBackElse,
    Trouble::Rebinds,
    Trouble::Between,
    Trouble::Evaluates,
    Trouble::Named,
    Trouble::Comment,
    Trouble::Layout,
];

fn program(c: &mut Choices) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..1 + c.weighted(&[6, 3]) {
        all.extend(unit(c));
    }
    all
}

fn unit(c: &mut Choices) -> Vec<String> {
    let trouble = c.chance(0.14).then(|| TROUBLES[c.rng.usize(..TROUBLES.len())]);
    let is_async = c.chance(0.08) || trouble == Some(Trouble::Evaluates) && c.chance(0.3);
    let site = site(c, trouble, is_async);
    let mut body = lines(["r = 0", "taken = Tap(\"t\")"]);
    let put = match c.weighted(&[14, 2, 2, 1]) {
        1 => block("for turn in range(2):", &site),
        2 => {
            let mut all = block("try:", &site);
            all.extend(block("except ValueError:", &lines(["where()"])));
            all
        }
        3 => block("if k < 9:", &site),
        _ => site,
    };
    body.extend(put);
    body.push(c.pick(&["return r", "where()", "say(\"end\")", "complain(r)"]).into());
    let name = c.name("f");
    let mut all = Vec::new();
    if trouble == Some(Trouble::Named) {
        let taken = "redirect_stdout = redirect_stderr = chdir = contextlib = None";
        if c.chance(0.5) {
            body.insert(0, taken.into());
        } else {
            all.push(taken.into());
        }
    }
    let leaves = |l: &String| ["return", "nonlocal", "await", "yield"].iter().any(|w| l.contains(w));
    if !is_async && c.chance(0.08) && !body.iter().any(leaves) {
        all.push("k, outer = 5, plain".into());
        all.extend(block("try:", &body));
        all.extend(block("except Exception as error:", &lines(["print(\"error\", type(error).__name__)"])));
    } else {
        let word = if is_async { "async def" } else { "def" };
        all.extend(block(format!("{word} {name}(k, outer):"), &body));
        let outer = c.either(&["ident", "plain"], &["touch"]);
        let call = format!("{name}({}, {outer})", c.pick(&["0", "1", "5"]));
        all.extend(shown(&if is_async { format!("run({call})") } else { call }));
    }
    all.push("where()".into());
    all
}

/// From the saving to the putting back.
fn site(c: &mut Choices, trouble: Option<Trouble>, is_async: bool) -> Vec<String> {
    let at = |t: Trouble| trouble == Some(t);
    let first = c.weighted(&[3, 2, 3]);
    let mut whats = vec![&WHATS[first]];
    if c.chance(0.2) {
        whats.push(&WHATS[(first + 1) % 3]);
    }
    let olds: Vec<String> = whats.iter().map(|_| c.name("old")).collect();
    let values: Vec<&str> = whats.iter().map(|w| value(c, w, at(Trouble::Evaluates), is_async)).collect();
    // Where a new stream has its own name, the body can ask it.
    let inside = whats.len() == 1 && c.chance(0.12);
    let mut all = Vec::new();
    let saves: Vec<String> = whats.iter().zip(&olds).map(|(w, old)| format!("{old} = {}", w.get)).collect();
    let sets: Vec<String> = whats.iter().zip(&values).map(|(w, v)| w.set.replace('@', v)).collect();
    let both = whats[0].set.contains('=') && whats.len() == 1 && c.chance(0.15);
    let front = c.either(
        &["", "", "", "r = k", "# a word", "taken = Tap(\"u\")", "n = len(WORDS)"],
        &["outer(k)", "print(check(k))", "tick(k)", "raise_limit(k)", "where()"],
    );
    let mut set_lines = Vec::new();
    if both {
        set_lines.push(format!("{}, {} = {}, {}", olds[0], whats[0].get, whats[0].get, values[0]));
    } else {
        all.extend(saves);
        if !front.is_empty() {
            all.push(front.into());
        }
        set_lines.extend(sets);
    }
    if at(Trouble::Comment) {
        let last = if set_lines.len() > 1 || all.is_empty() || inside { &mut set_lines } else { &mut all };
        last[0].push_str(c.pick(&["  # kept for later", "  # noqa", "  # the old one"]));
    }
    if at(Trouble::Layout) {
        match c.rng.usize(..3) {
            0 => set_lines[0] = set_lines[0].replace(values[0], &format!("(\n    {})", values[0])),
            1 if !all.is_empty() => all[0].push_str("; r = 3"),
            _ => set_lines[0].push_str("; r = 3"),
        }
    }
    let mut inner = Vec::new();
    if inside {
        inner.append(&mut set_lines);
    } else {
        all.append(&mut set_lines);
    }
    if at(Trouble::Between) {
        let odd = [
            "check(k)",
            "r = 10 // k",
            "if k > 2: return r",
            "print(check(k))",
            "where()",
            "r = TABLE[k * 3]",
        ];
        all.push(odd[c.rng.usize(..odd.len())].into());
    } else if !inside && c.chance(0.12) {
        all.push(c.pick(&["r = 1", "# behind", "", "n = k"]).into());
    }
    for _ in 0..1 + c.weighted(&[3, 3, 1]) {
        inner.extend(step(c, &olds[0], is_async));
    }
    if at(Trouble::Rebinds) {
        let odd = [
            "@ = sys.stderr",
            "@ = \"/usr\"",
            "def inner():\n    nonlocal @\n    @ = Tap(\"n\")\ninner()",
            "for @ in [Tap(\"l\")]: pass",
            "(@ := Tap(\"w\"))",
            "with managed(\"m\") as @: pass",
        ];
        inner.extend(text(odd[c.rng.usize(..odd.len())], &olds[0]));
    }
    all.extend(block("try:", &inner));
    if c.chance(0.15) {
        let what = c.pick(&["ValueError", "Exception", "OSError"]);
        let then = c.pick(&["where()", "r = -1", "raise", "say(\"handler\")", "return -2"]);
        all.extend(block(format!("except {what}:"), &lines([then])));
    }
    let mut back: Vec<String> =
        whats.iter().zip(&olds).rev().map(|(w, old)| w.set.replace('@', old)).collect();
    if whats.len() == 2 && c.chance(0.4) {
        back.reverse();
    }
    if at(Trouble::PutsBackElse) {
        match c.rng.usize(..4) {
            0 => back[0] = whats[whats.len() - 1].set.replace('@', whats[whats.len() - 1].elsewhere),
            1 => back.push("print(\"finally\")".into()),
            2 => back.insert(0, "where()".into()),
            _ => back = block(format!("if {} is not None:", olds[0]), &back),
        }
    }
    all.extend(block("finally:", &back));
    if c.chance(0.2) {
        all.extend(text(c.pick(&["where()", "print(of(@))", "r = 2", "@ = None"]), &olds[0]));
    }
    all
}

fn value(c: &mut Choices, what: &What, odd: bool, is_async: bool) -> &'static str {
    let values = if odd || c.hostile() && c.chance(0.3) { what.odd_values } else { what.values };
    let value = values[c.rng.usize(..values.len())];
    if value.starts_with("await") && !is_async { what.odd_values[0] } else { value }
}

fn step(c: &mut Choices, old: &str, is_async: bool) -> Vec<String> {
    let picked = c.either(
        &[
            "say(k)",
            "complain(k)",
            "where()",
            "print(check(k))",
            "return k",
            "raise ValueError(k)",
            "r = sq(k)",
            "# a word",
            "say(\"one\"); say(\"two\")",
            "for i in range(2):\n    if i == k: break\n    say(i)",
            "taken.flush()",
            "print(of(sys.stdout))",
            "try:\n    check(9)\nexcept ValueError:\n    where()",
            "words = \"\"\"a\n  b\"\"\"\nsay(words)",
        ],
        &[
            "sys.stdout = Tap(\"other\")",
            "os.chdir(\"/usr\")",
            "sys.stderr = Tap(\"worse\")",
            "print(of(@))",
            "sys.stdout.close()",
            "raise KeyboardInterrupt",
            "g = lambda: of(@)\nprint(g())",
            "del sys.stdout",
            "outer(where())",
        ],
    );
    let picked = if is_async && c.chance(0.3) { "r = await aid(k)" } else { picked };
    // A comment alone is no block.
    if picked.starts_with('#') { lines([picked, "where()"]) } else { text(picked, old) }
}

fn text(picked: &str, old: &str) -> Vec<String> {
    picked.replace('@', old).split('\n').map(str::to_owned).collect()
}
