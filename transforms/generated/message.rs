//! Messages of copies as one template: what is the same, what one of the known values gives, what is free text.

/// A value that the helper knows: how it is written there, and what it is as text in each copy.
pub struct Known {
    pub expr: String,
    pub texts: Vec<String>,
    /// Takes the place of a word even where all copies have the same.
    pub always: bool,
}

impl Known {
    pub fn new(expr: impl Into<String>, texts: Vec<String>) -> Self {
        Known { expr: expr.into(), texts, always: false }
    }
}

/// Whether a message of copies needs a template.
pub fn differs(texts: &[&str], known: &[Known]) -> bool {
    texts.iter().any(|t| *t != texts[0])
        || known.iter().any(|k| k.always && words(texts[0]).iter().any(|w| *w == k.texts[0]))
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    Text(String),
    /// The known value of this number.
    Value(usize),
    /// Another text in each copy.
    Free(Vec<String>),
}

/// The template of texts that are not all equal. For each copy it gives exactly that copy's text.
pub fn template(texts: &[&str], known: &[Known]) -> Vec<Piece> {
    let words: Vec<Vec<&str>> = texts.iter().map(|t| words(t)).collect();
    let shortest = words.iter().map(Vec::len).min().unwrap_or(0);
    let column = |at: &dyn Fn(&Vec<&str>) -> usize| -> Option<Piece> {
        let here: Vec<&str> = words.iter().map(|w| w[at(w)]).collect();
        let equal = here.iter().all(|w| *w == here[0]);
        let is = |k: &Known| (k.always || !equal) && k.texts.iter().zip(&here).all(|(a, b)| a == b);
        let value = known.iter().position(is).map(Piece::Value);
        value.or_else(|| equal.then(|| Piece::Text(here[0].to_string())))
    };
    let even = words.iter().all(|w| w.len() == shortest);
    let mut pieces: Vec<Piece> = Vec::new();
    if even {
        for i in 0..shortest {
            let free = || Piece::Free(words.iter().map(|w| w[i].to_string()).collect());
            push(&mut pieces, column(&|_| i).unwrap_or_else(free));
        }
    } else {
        let head = (0..shortest).take_while(|i| column(&|_| *i).is_some()).count();
        let tail = (1..=shortest - head).take_while(|i| column(&|w| w.len() - i).is_some()).count();
        (0..head).for_each(|i| push(&mut pieces, column(&|_| i).expect("just counted")));
        push(&mut pieces, Piece::Free(words.iter().map(|w| w[head..w.len() - tail].concat()).collect()));
        (1..=tail).rev().for_each(|i| push(&mut pieces, column(&|w| w.len() - i).expect("just counted")));
    }
    join_free(pieces)
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
        (Some(Piece::Free(last)), Piece::Free(texts)) => {
            last.iter_mut().zip(texts).for_each(|(a, b)| a.push_str(&b));
        }
        (_, piece) => pieces.push(piece),
    }
}

/// Free texts with only a blank between them are one: "a string", "an integer".
fn join_free(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        if let Piece::Free(texts) = &piece
            && let [.., Piece::Free(_), Piece::Text(between)] = &joined[..]
            && between.trim().is_empty()
        {
            let Some(Piece::Text(between)) = joined.pop() else { unreachable!("just matched") };
            let Some(Piece::Free(last)) = joined.last_mut() else { unreachable!("just matched") };
            last.iter_mut().zip(texts).for_each(|(a, b)| {
                a.push_str(&between);
                a.push_str(b);
            });
            continue;
        }
        joined.push(piece);
    }
    joined
}

/// Identifiers, numbers and single characters; replacements of `%` stay whole.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut after_word = false;
    while let Some(first) = rest.chars().next() {
        let negative = first == '-' && !after_word && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        let length = if first.is_ascii_digit() || negative {
            let digits = |t: &str| t.find(|c: char| !c.is_ascii_digit()).unwrap_or(t.len());
            let sign = usize::from(negative);
            let whole = sign + digits(&rest[sign..]);
            let fraction = rest[whole..].strip_prefix('.').map_or(0, digits);
            let number = if fraction > 0 { whole + 1 + fraction } else { whole };
            number + rest[number..].find(|c| !part(c)).unwrap_or(rest.len() - number)
        } else if part(first) {
            rest.find(|c| !part(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, behind) = rest.split_at(length);
        after_word = word.ends_with(part);
        words.push(word);
        rest = behind;
    }
    words
}

/// The replacements of a text for `%` or `.format`, in order.
pub fn placeholders(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(['%', '{', '}']) {
        let start = at + offset;
        let rest = &text[start..];
        let double = rest.len() > 1 && rest.as_bytes()[0] == rest.as_bytes()[1];
        let end = match (rest.as_bytes()[0], double) {
            (_, true) => 2,
            (b'%', _) => {
                let body = rest[1..].find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
                let keyed = rest[1..].starts_with('(');
                if keyed { rest.find(')').map_or(1, |end| end + 2).min(rest.len()) } else { body + 2 }
            }
            (b'{', _) => rest.find('}').map_or(1, |end| end + 1),
            _ => 1,
        };
        let end = end.min(rest.len());
        if !double {
            found.push(rest.get(..end).unwrap_or(rest).to_string());
        }
        at = start + end;
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], known: &[&[&str]], expected: &str) {
        let known: Vec<Known> = known
            .iter()
            .map(|texts| Known::new("", texts.iter().map(ToString::to_string).collect()))
            .collect();
        let pieces = template(texts, &known);
        for (i, text) in texts.iter().enumerate() {
            let made: String = pieces
                .iter()
                .map(|p| match p {
                    Piece::Text(t) => t.as_str(),
                    Piece::Value(k) => &known[*k].texts[i],
                    Piece::Free(texts) => &texts[i],
                })
                .collect();
            assert_eq!(&made, text);
        }
        let shown: Vec<String> = pieces
            .iter()
            .map(|p| match p {
                Piece::Text(t) => t.clone(),
                Piece::Value(k) => format!("<{k}>"),
                Piece::Free(texts) => format!("<{}>", texts.join("|")),
            })
            .collect();
        assert_eq!(shown.concat(), expected);
    }

    #[test]
    fn known_values_and_free_text() {
        check(&["a must be str", "b must be int"], &[&["a", "b"], &["str", "int"]], "<0> must be <1>");
        check(
            &["x must be a string", "y must be an integer"],
            &[&["x", "y"]],
            "<0> must be <a string|an integer>",
        );
        check(&["at most 10 ch", "at most 20 ch"], &[&["10", "20"]], "at most <0> ch");
        check(&["below -1.5!", "below 0.0!"], &[&["-1.5", "0.0"]], "below <0>!");
        check(&["x: bad", "y is no good"], &[&["x", "y"]], "<0><: bad| is no good>");
        check(&["a", "b"], &[], "<a|b>");
        check(&["", "b"], &[], "<|b>");
    }

    #[test]
    fn replacements() {
        assert_eq!(placeholders("%d of %-5.2f%% {x!r} %(a)s {{}}"), ["%d", "%-5.2f", "{x!r}", "%(a)s"]);
        assert_eq!(placeholders("100%"), ["%"]);
    }
}
