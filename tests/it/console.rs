//! The organization's pages of integrations, connectors, manifests, alerts and settings; and the mails they send.

mod mails;
