//! What goes wrong on demand.

/// A fault for requests of a method whose address contains a text.
#[derive(Clone, Debug)]
pub struct Fault {
    pub method: &'static str,
    pub address: &'static str,
    pub kind: Kind,
    /// How often; then it is over.
    pub times: usize,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// It happens, but nobody hears of it: the connection ends.
    LostReply,
    /// It does not happen, and the connection ends.
    Dropped,
    /// It does not happen.
    Answer(u16, Vec<(&'static str, String)>, &'static str),
    /// It happens, and the answer comes so many milliseconds later.
    Slow(u64),
    /// Pull requests are not in lists yet.
    HiddenPulls,
}

impl Fault {
    pub fn new(method: &'static str, address: &'static str, kind: Kind) -> Fault {
        Fault { method, address, kind, times: 1 }
    }

    pub fn times(self, times: usize) -> Fault {
        Fault { times, ..self }
    }

    /// The secondary limit of GitHub, with and without a header that says how long.
    pub fn secondary(method: &'static str, address: &'static str, retry_after: Option<u32>) -> Fault {
        let headers = retry_after.map(|seconds| ("Retry-After", seconds.to_string())).into_iter().collect();
        let body = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}"#;
        Fault::new(method, address, Kind::Answer(403, headers, body))
    }
}
