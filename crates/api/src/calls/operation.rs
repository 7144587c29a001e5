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
use crate::known::Known;
use crate::problem::Problem;
use crate::show::{Charge, Hold};
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
        let spend: &[OpKind] = &[Hold, Charge];
        let fields: [(&str, bool, &[OpKind]); 15] = [
            ("account", self.account.is_some(), spend),
            ("action", self.action.is_some(), spend),
            ("quantity", self.quantity.is_some(), &[Hold, Charge, Capture]),
            ("attributes", self.attributes.is_some(), spend),
            ("credits", self.credits.is_some(), &[Hold, Charge, Capture, Return]),
            ("unit", self.unit.is_some(), spend),
            ("quote", self.quote.is_some(), spend),
            ("expires_in", self.expires_in.is_some(), &[Hold]),
            ("reference", self.reference.is_some(), spend),
            ("member", self.member.is_some(), spend),
            ("department", self.department.is_some(), spend),
            ("metadata", self.metadata.is_some(), spend),
            ("hold", self.hold.is_some(), &[Capture, Release]),
            ("charge", self.charge.is_some(), &[Return]),
            ("reason", self.reason.is_some(), &[Release, Return]),
        ];
        match fields.into_iter().find(|(_, given, of)| *given && !of.contains(&self.op)) {
            Some((field, ..)) => Err(Problem::invalid(format!("/{field}"), "is no field of this operation")),
            None => Ok(()),
        }
    }

    /// Writes what the operation came to, as a field of a result: all but the opening brace.
    pub fn write(&self, known: &Known, done: &Written, out: &mut Vec<u8>) -> bool {
        let new = matches!(self.op, OpKind::Hold | OpKind::Charge) && !done.already;
        let status = if new { StatusCode::CREATED } else { StatusCode::OK };
        match self.op {
            OpKind::Hold | OpKind::Capture | OpKind::Release => {
                let hold = Hold::of(known, done.position, done.account, &done.entry);
                hold.is_some_and(|hold| with_status(status, &hold, out))
            }
            OpKind::Charge | OpKind::Return => {
                Charge::written(known, done).is_some_and(|charge| with_status(status, &charge, out))
            }
        }
    }
}

/// Writes `{"status":201,…}`, the fields of the value behind the status.
fn with_status(status: StatusCode, value: &impl Serialize, out: &mut Vec<u8>) -> bool {
    out.extend_from_slice(b"{\"status\":");
    out.extend_from_slice(status.as_str().as_bytes());
    let brace = out.len();
    let written = serde_json::to_writer(&mut *out, value).is_ok();
    if let Some(place) = out.get_mut(brace) {
        *place = b',';
    }
    written
}
