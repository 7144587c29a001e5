use serde_json::Value;

use super::http::Connection;

/// An event of a stream.
#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub id: Option<String>,
    pub data: Value,
}

/// A stream of server-sent events.
pub struct Events(pub(super) Connection);

impl Iterator for Events {
    type Item = Event;

    /// Waits for the next event; `None` when the server has ended the stream.
    fn next(&mut self) -> Option<Event> {
        let mut event = Event { name: String::new(), id: None, data: Value::Null };
        loop {
            let line = self.0.line().unwrap()?;
            let Some((field, value)) = line.split_once(": ") else {
                if line.is_empty() && !event.name.is_empty() {
                    return Some(event);
                }
                // A comment, that keeps the connection open.
                continue;
            };
            match field {
                "event" => value.clone_into(&mut event.name),
                "id" => event.id = Some(value.to_owned()),
                "data" => event.data = serde_json::from_str(value).unwrap(),
                _ => panic!("{line}"),
            }
        }
    }
}

impl Events {
    /// Waits for the next event of this name, and passes over others.
    pub fn next_of(&mut self, name: &str) -> Event {
        self.find(|event| event.name == name).unwrap()
    }
}
