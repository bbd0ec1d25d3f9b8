//! `unit_property`: a property of a systemd unit has a value. A unit that is not there is not applicable, unless the
//! rule says otherwise.

use super::{CheckResult, Checked, Expectation, Method, Outcome};
use crate::collect::{Collector, Need, unit_property, unit_property_argument};
use crate::facts::Facts;
use crate::rule::schema::{Demanded, Form, Key, Kind, Shape, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitProperty {
    unit: String,
    property: String,
    demand: Expectation,
    /// What a unit that is not there comes to.
    absent: Outcome,
}

const ABSENT: [(&str, Outcome); 3] = [
    ("fail", Outcome::Violated),
    ("pass", Outcome::Holds),
    ("not_applicable", Outcome::NotApplicable),
];

const UNIT: Kind = Kind::Formed(Form {
    pattern: "^[A-Za-z0-9@._:\\\\-]+$",
    words: "a name of systemd",
});

impl Method for UnitProperty {
    const SHAPE: Shape = Shape {
        what: "a unit_property check",
        doc: "systemctl show gives the property of a unit such a value.",
        keys: &[
            Key::needed("unit", UNIT, "The unit, such as ctrl-alt-del.target."),
            Key::needed("property", UNIT, "The property, such as LoadState."),
            Key::free(
                "absent",
                Kind::Word(|| words(&ABSENT)),
                "What the rule comes to where there is no such unit.",
            )
            .or("not_applicable"),
        ],
        demand: Demanded::Needed,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let mut word = |key: &str| {
            let value = reader.required(node, "the check", key)?;
            let text = reader.text(value, key)?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "@._:\\-".contains(c);
            if !text.is_empty() && text.chars().all(plain) {
                return Some(text);
            }
            reader.fault(value.mark, format!("{text:?} is no {key} of systemd"));
            None
        };
        let (unit, property) = (word("unit")?, word("property")?);
        let absent = match node.get("absent") {
            Some(absent) => reader.word(absent, "absent", &ABSENT)?,
            None => Outcome::NotApplicable,
        };
        let demand = Expectation::read(reader, node)?;
        Some(Self {
            unit,
            property,
            demand,
            absent,
        })
    }

    fn needs(&self) -> Vec<Need> {
        let argument = unit_property_argument(&self.unit, &self.property);
        vec![Need::new(Collector::UnitProperties, argument)]
    }

    fn expected(&self) -> String {
        format!("{} of {} {}", self.property, self.unit, self.demand)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = unit_property(facts, &self.unit, &self.property)?;
        let evidence = vec![reading.evidence];
        let expected = self.expected();
        let Some(value) = reading.value else {
            return Ok(CheckResult {
                outcome: self.absent,
                reason: format!("there is no unit {}", self.unit),
                expected: Some(expected),
                actual: Some("absent".to_owned()),
                evidence,
            });
        };
        let actual = format!("{} {value}", self.property);
        Ok(CheckResult::compared(
            self.demand.holds(&value),
            expected,
            actual,
            evidence,
        ))
    }
}
