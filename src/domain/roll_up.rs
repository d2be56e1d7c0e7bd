//! How all is with a customer, in one word: the worst of what its instances and connections tell.

use super::customer::Customer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollUp {
    /// A connection needs reconnecting, or does not work.
    Attention,
    /// Something was begun and not turned on, or a connection was given up and not made anew.
    Waiting,
    /// All that was begun is turned on, and works.
    Well,
    /// No instance yet.
    Nothing,
}

/// One line of the console's list.
#[derive(Clone, Debug)]
pub struct ListedCustomer {
    pub customer: Customer,
    pub roll_up: RollUp,
    pub instances: i64,
    pub turned_on: i64,
}

/// How many customers there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub all: i64,
    pub attention: i64,
    pub waiting: i64,
    pub nothing: i64,
}

impl RollUp {
    pub const ALL: [Self; 4] = [Self::Attention, Self::Waiting, Self::Well, Self::Nothing];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attention => "attention",
            Self::Waiting => "waiting",
            Self::Well => "well",
            Self::Nothing => "nothing",
        }
    }
}

impl std::str::FromStr for RollUp {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|roll_up| roll_up.as_str() == text).ok_or(())
    }
}

impl Tally {
    pub const fn of(self, roll_up: RollUp) -> i64 {
        match roll_up {
            RollUp::Attention => self.attention,
            RollUp::Waiting => self.waiting,
            RollUp::Well => self.all - self.attention - self.waiting - self.nothing,
            RollUp::Nothing => self.nothing,
        }
    }
}
