//! What the register says of a business relation that its assessment depends on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::Country;

/// A relation as far as it decides how events are judged. Empty says nothing: the general profile, no calendar of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relation {
    /// `customer`, `supplier` or `partner` (S60), or a word of the company's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `saas`, `machinery`, `consulting` or `general`, or a word of the company's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Whose holidays the relation keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// When nothing is to be expected, by agreement.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
}

/// A planned pause, both days included: a plant's standstill, the time between two projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Dates")]
pub struct Pause {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    from: Date,
    to: Date,
}

impl TryFrom<Dates> for Pause {
    type Error = &'static str;
    fn try_from(Dates { from, to }: Dates) -> Result<Self, Self::Error> {
        if from <= to {
            Ok(Self { from, to })
        } else {
            Err("a pause ends after it begins: `to` before `from`")
        }
    }
}

impl Pause {
    /// Whether a date lies in it.
    pub fn holds(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }
}
