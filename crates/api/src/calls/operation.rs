//! One operation of a batch.

use account::Command;
use axum::http::StatusCode;
use engine::{Target, Written};
use money::Amount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::holds::spend;
use super::resolutions::how_much;
use super::spend::Asks;
use crate::body::{Attributes, Metadata, Text, label, reason};
use crate::ids::Kind;
use crate::incoming::Call;
use crate::json::Json;
use crate::known::Known;
use crate::problem::Problem;
use crate::show::{self, Charge, Hold};
use crate::target::{body_account, body_id};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OpKind {
    /// As `POST /v1/holds`.
    Hold,
    /// As `POST /v1/charges`.
    Charge,
    /// As `POST /v1/holds/{hold}/capture`.
    Capture,
    /// As `POST /v1/holds/{hold}/release`.
    Release,
    /// As `POST /v1/charges/{charge}/return`.
    Return,
}

impl OpKind {
    /// What it is called.
    const fn code(self) -> &'static str {
        match self {
            OpKind::Hold => "hold",
            OpKind::Charge => "charge",
            OpKind::Capture => "capture",
            OpKind::Release => "release",
            OpKind::Return => "return",
        }
    }
}

/// One operation: `op` says which, and the fields are those of the call that it stands for.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operation<'a> {
    /// What it does.
    pub op: OpKind,
    /// Whose credits (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub account: Option<Text<'a>>,
    /// The code of an action (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub action: Option<Text<'a>>,
    /// How many (hold, charge, capture).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// What the price is made by (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, crate::openapi::AttributeValue>>)]
    pub attributes: Option<Attributes<'a>>,
    /// How many credits (hold, charge, capture, return).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credits: Option<i64>,
    /// The unit's code (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub unit: Option<Text<'a>>,
    /// The id of a quote (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub quote: Option<Text<'a>>,
    /// How long it stays open (hold).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expires_in: Option<Text<'a>>,
    /// Your own reference (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reference: Option<Text<'a>>,
    /// Which person (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub member: Option<Text<'a>>,
    /// Which part of the organisation (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub department: Option<Text<'a>>,
    /// Your own facts, by name (hold, charge).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub metadata: Option<Metadata<'a>>,
    /// Which hold (capture, release).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub hold: Option<Text<'a>>,
    /// Which charge (return).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub charge: Option<Text<'a>>,
    /// Why (release, return).
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reason: Option<Text<'a>>,
}

/// An operation, understood.
pub(crate) struct Understood {
    pub target: Target,
    pub command: Command,
    /// The problem, if its quote has expired and it is no replay.
    pub expired: Option<Problem>,
}

impl<'a> Operation<'a> {
    /// The action, as it was written.
    pub fn action(&self) -> Option<&str> {
        self.action.as_deref()
    }

    /// Writes what was asked: as its serde form says, so that it is known again whichever way it was written.
    pub fn write_asked(&self, json: &mut Json) {
        json.raw("{\"op\":").plain(self.op.code().as_bytes());
        json.maybe_text(",\"account\":", self.account.as_deref());
        json.maybe_text(",\"action\":", self.action.as_deref());
        json.maybe_number(",\"quantity\":", self.quantity);
        json.maybe_value(",\"attributes\":", self.attributes.as_ref());
        json.maybe_number(",\"credits\":", self.credits);
        json.maybe_text(",\"unit\":", self.unit.as_deref());
        json.maybe_text(",\"quote\":", self.quote.as_deref());
        json.maybe_text(",\"expires_in\":", self.expires_in.as_deref());
        json.maybe_text(",\"reference\":", self.reference.as_deref());
        json.maybe_text(",\"member\":", self.member.as_deref());
        json.maybe_text(",\"department\":", self.department.as_deref());
        json.maybe_value(",\"metadata\":", self.metadata.as_ref());
        json.maybe_text(",\"hold\":", self.hold.as_deref());
        json.maybe_text(",\"charge\":", self.charge.as_deref());
        json.maybe_text(",\"reason\":", self.reason.as_deref());
        json.raw("}");
    }

    /// What is asked of which account.
    pub async fn understand(&'a self, call: &Call) -> Result<Understood, Problem> {
        self.only_its_own()?;
        let at = |target, command| Ok(Understood { target, command, expired: None });
        let hold = || body_id(Kind::Hold, "hold", self.hold.as_deref());
        match self.op {
            OpKind::Hold | OpKind::Charge => {
                let target = body_account(self.account.as_deref())?;
                let make = if self.op == OpKind::Hold { Command::Hold } else { Command::Charge };
                let (command, expired) = spend(call, &target, &self.asks(), make).await?;
                Ok(Understood { target, command, expired })
            }
            OpKind::Capture => {
                let named = hold()?;
                let how_much = how_much(self.credits, self.quantity)?;
                at(Target::Number(named.account), Command::Capture { hold: named.position, how_much })
            }
            OpKind::Release => {
                let named = hold()?;
                let reason =
                    self.reason.as_deref().map(|reason| label("/reason", reason, 500)).transpose()?;
                at(Target::Number(named.account), Command::Release { hold: named.position, reason })
            }
            OpKind::Return => {
                let named = body_id(Kind::Charge, "charge", self.charge.as_deref())?;
                let (credits, reason) = (self.credits.map(Amount), reason(self.reason.as_ref())?);
                at(Target::Number(named.account), Command::Return { charge: named.position, credits, reason })
            }
        }
    }

    fn asks(&'a self) -> Asks<'a> {
        Asks {
            action: self.action.as_ref(),
            quantity: self.quantity,
            attributes: self.attributes.as_ref(),
            unit: self.unit.as_ref(),
            credits: self.credits,
            quote: self.quote.as_ref(),
            expires_in: self.expires_in.as_ref(),
            reference: self.reference.as_ref(),
            member: self.member.as_ref(),
            department: self.department.as_ref(),
            metadata: self.metadata.as_ref(),
        }
    }

    /// Refuses fields of other operations.
    fn only_its_own(&self) -> Result<(), Problem> {
        use OpKind::{Capture, Charge, Hold, Release, Return};
        const SPEND: &[OpKind] = &[Hold, Charge];
        const FIELDS: [(&str, &[OpKind]); 15] = [
            ("account", SPEND),
            ("action", SPEND),
            ("quantity", &[Hold, Charge, Capture]),
            ("attributes", SPEND),
            ("credits", &[Hold, Charge, Capture, Return]),
            ("unit", SPEND),
            ("quote", SPEND),
            ("expires_in", &[Hold]),
            ("reference", SPEND),
            ("member", SPEND),
            ("department", SPEND),
            ("metadata", SPEND),
            ("hold", &[Capture, Release]),
            ("charge", &[Return]),
            ("reason", &[Release, Return]),
        ];
        let given = [
            self.account.is_some(),
            self.action.is_some(),
            self.quantity.is_some(),
            self.attributes.is_some(),
            self.credits.is_some(),
            self.unit.is_some(),
            self.quote.is_some(),
            self.expires_in.is_some(),
            self.reference.is_some(),
            self.member.is_some(),
            self.department.is_some(),
            self.metadata.is_some(),
            self.hold.is_some(),
            self.charge.is_some(),
            self.reason.is_some(),
        ];
        let wrong = FIELDS.iter().zip(given).find(|((_, of), given)| *given && !of.contains(&self.op));
        match wrong {
            Some(((field, _), _)) => {
                Err(Problem::invalid(format!("/{field}"), "is no field of this operation"))
            }
            None => Ok(()),
        }
    }

    /// Writes what the operation came to: a result. `false`: nothing was written, as it is of another kind.
    pub fn write(&self, known: &Known, done: &Written, out: &mut Json) -> bool {
        let new = matches!(self.op, OpKind::Hold | OpKind::Charge) && !done.already;
        let status = if new { StatusCode::CREATED } else { StatusCode::OK };
        match self.op {
            OpKind::Hold | OpKind::Capture | OpKind::Release => {
                let hold = Hold::of(known, done.position, done.account, &done.entry);
                hold.map(|hold| with_status(status, &hold, out)).is_some()
            }
            OpKind::Charge | OpKind::Return => {
                Charge::written(known, done).map(|charge| with_status(status, &charge, out)).is_some()
            }
        }
    }
}

/// Writes `{"status":201,…}`, the fields of the value behind the status.
fn with_status(status: StatusCode, value: &impl show::Written, out: &mut Json) {
    out.raw("{\"status\":").raw(status.as_str()).raw(",");
    value.write(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_is_written_as_serde_writes_it() {
        let spend = r#""account": "shop-1", "action": "a\"b", "quantity": 2, "attributes": {"b": true, "a": "x\n"},
            "credits": -5, "unit": "credit", "quote": "q", "expires_in": "2 h", "reference": "r", "member": "\u00e4",
            "department": "d", "metadata": {"k": "v\\"}"#;
        let texts = [
            format!(r#"{{ "op": "hold", {spend} }}"#),
            format!(r#"{{ {spend}, "op": "charge", "hold": "h", "charge": "c", "reason": "why" }}"#),
            r#"{ "op": "charge", "action": "work", "account": "account-0000001" }"#.to_owned(),
            r#"{ "op": "capture", "hold": "hold_1", "credits": 9223372036854775807 }"#.to_owned(),
            r#"{ "op": "release", "reason": "", "hold": "hold_1" }"#.to_owned(),
            r#"{ "op": "return", "charge": "c", "credits": 0, "reason": "it failed" }"#.to_owned(),
        ];
        for text in texts {
            let operation: Operation<'_> = serde_json::from_str(&text).unwrap();
            let mut json = Json::default();
            operation.write_asked(&mut json);
            assert_eq!(
                String::from_utf8(json.finish()).unwrap(),
                serde_json::to_string(&operation).unwrap(),
                "{text}"
            );
        }
    }
}
