use serde_json::Value;

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Whether it is the answer of an earlier request.
    pub fn is_replay(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }

    /// The position of what was written.
    pub fn position(&self) -> u64 {
        self.header("scrip-position").unwrap().parse().unwrap()
    }

    /// What was made: it is new.
    pub fn made(&self) -> Value {
        self.of(201)
    }

    /// What was asked for.
    pub fn done(&self) -> Value {
        self.of(200)
    }

    fn of(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/json"));
        self.json()
    }

    /// The problem that it was refused with. All have the same shape.
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let text = self.text();
        assert_eq!(
            (self.status, self.header("content-type")),
            (status, Some("application/problem+json")),
            "{text}"
        );
        let problem = self.json();
        assert_eq!(problem["code"], code, "{text}");
        assert_eq!(problem["status"], status, "{text}");
        assert_eq!(problem["type"], format!("/docs#{code}"));
        assert_eq!(problem["request_id"].as_str(), self.header("request-id"));
        for field in ["title", "detail"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{text}");
        }
        problem
    }

    /// The place that a request was refused for, and what is said of it.
    pub fn place(&self) -> (String, String) {
        let problem = self.refused(400, "invalid_request");
        let text = |name: &str| problem["errors"][0][name].as_str().unwrap().to_owned();
        (text("pointer"), text("message"))
    }
}
