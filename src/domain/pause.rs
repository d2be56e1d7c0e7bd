//! How long somebody who failed to sign in waits before the next try: longer each time, and never for good.

/// After so many failures each further one doubles the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pauses {
    pub free_failures: i64,
    pub longest_seconds: i64,
}

/// One account, tried from one network.
pub const OF_PLACE: Pauses = Pauses { free_failures: 4, longest_seconds: 300 };
/// One account, wherever it is tried from. A network that it was signed in from lately does not wait for what others do.
pub const OF_ACCOUNT: Pauses = Pauses { free_failures: 20, longest_seconds: 60 };
/// The second step of one account: whoever gets there knows the password.
pub const OF_CODE: Pauses = Pauses { free_failures: 4, longest_seconds: 300 };

/// Without a failure for so long, all of them are forgotten.
pub const FORGET_SECONDS: i64 = 3_600;
/// How long a network counts as known after a sign-in.
pub const KNOWN_SECONDS: i64 = 30 * 86_400;

impl Pauses {
    /// `failures`: the one just counted included.
    pub fn seconds_after(self, failures: i64) -> i64 {
        let beyond = failures - self.free_failures;
        if beyond <= 0 {
            return 0;
        }
        let doublings = u32::try_from(beyond - 1).unwrap_or(u32::MAX).min(30);
        2_i64.saturating_pow(doublings).min(self.longest_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_never_end_an_account() {
        let waits: Vec<i64> = (1..=16).map(|failures| OF_PLACE.seconds_after(failures)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        for failures in [0, 100, 1_000_000, i64::MAX] {
            assert!(OF_PLACE.seconds_after(failures) <= OF_PLACE.longest_seconds);
        }
        assert_eq!(OF_ACCOUNT.seconds_after(20), 0);
        assert_eq!(OF_ACCOUNT.seconds_after(21), 1);
    }
}
