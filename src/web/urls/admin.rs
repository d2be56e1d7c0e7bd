//! Addresses of the console, a paragraph a resource.

use percent_encoding::utf8_percent_encode;

use super::{SEGMENT, segment};
use crate::domain::{
    ids::{
        AlertId, AlertMuteId, ApiKeyId, BulkCheckId, CustomerId, CustomerUserId, ImportId, InstanceId, InvitationId, LinkId,
        ManifestPlanId, UserId,
    },
    key::Key,
};

pub const HOME: &str = "/admin";
pub const CUSTOMERS: &str = "/admin/customers";
pub const INTEGRATIONS: &str = "/admin/integrations";
pub const REUSABLE_CONNECTIONS: &str = "/admin/reusable-connections";
pub const AUDIT: &str = "/admin/audit";
pub const AUDIT_EXPORT: &str = "/admin/audit/export";
pub const ALERTS: &str = "/admin/alerts";
pub const SEARCH: &str = "/admin/search";

/// The page that asks who it is.
pub const SESSION: &str = "/admin/session";
pub const END_SESSION: &str = "/admin/session/end";
/// POST begins a single sign-on.
pub const SSO: &str = "/admin/session/sso";
/// The second step.
pub const CODE: &str = "/admin/session/code";
/// The proof of who it is, once more.
pub const CONFIRMATION: &str = "/admin/session/confirmation";

pub const ACCOUNT: &str = "/admin/account";
pub const ACCOUNT_PASSWORD: &str = "/admin/account/password";
pub const SECOND_STEP: &str = "/admin/account/second-step";
pub const SECOND_STEP_END: &str = "/admin/account/second-step/end";
pub const RECOVERY_CODES: &str = "/admin/account/recovery-codes";
pub const ACCOUNT_SESSIONS_END: &str = "/admin/account/sessions/end";
/// POST invites.
pub const USERS: &str = "/admin/users";
/// POST makes one.
pub const API_KEYS: &str = "/admin/api-keys";

pub const NEW_CUSTOMER: &str = "/admin/customers/new";
pub const NEW_IMPORT: &str = "/admin/customers/import";

pub fn customer(id: CustomerId) -> String {
    format!("{CUSTOMERS}/{id}")
}
pub fn customer_part(id: CustomerId, part: &str) -> String {
    format!("{CUSTOMERS}/{id}/{part}")
}
pub fn import(id: ImportId) -> String {
    format!("/admin/imports/{id}")
}
pub fn import_part(id: ImportId, part: &str) -> String {
    format!("/admin/imports/{id}/{part}")
}
pub fn matrix(integration: &Key) -> String {
    format!("{INTEGRATIONS}/{}/matrix", segment(integration))
}
/// The same as a file.
pub fn matrix_csv(integration: &Key) -> String {
    format!("{}/export", matrix(integration))
}
/// An address with what is not empty of `pairs` behind its `?`.
pub fn with_query<'q>(path: &str, pairs: impl IntoIterator<Item = (&'static str, &'q str)>) -> String {
    let given = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

pub const PRESETS: &str = "/admin/presets";
pub const NEW_PRESET: &str = "/admin/presets/new";
pub const END_ACTING: &str = "/admin/acting/end";
/// POST starts one.
pub const BULK_CHECKS: &str = "/admin/bulk-checks";

pub const CONNECTORS: &str = "/admin/connectors";
/// GET shows the form, POST sends manifests to be looked at.
pub const MANIFESTS: &str = "/admin/manifests";
pub const MANIFESTS_EXPORT: &str = "/admin/manifests/export";
pub const SETTINGS: &str = "/admin/settings";
pub const TEST_MAIL: &str = "/admin/settings/test-mail";
pub const ALERT_SUBSCRIPTION: &str = "/admin/alerts/subscription";

/// Where its connections are checked, with it chosen already.
pub fn bulk_checks_of(integration: &Key) -> String {
    format!("{BULK_CHECKS}?integration={}", segment(integration))
}
pub fn integration(key: &Key) -> String {
    format!("{INTEGRATIONS}/{}", segment(key))
}
pub fn slot_test(integration: &Key, slot: &Key) -> String {
    format!("{}/tests/{}", self::integration(integration), segment(slot))
}
/// Who uses it: of one version alone, and behind one of them.
pub fn integration_instances(key: &Key, version: Option<i64>, after: Option<InstanceId>) -> String {
    let version = version.map(|version| format!("version={version}"));
    let query: Vec<String> = version.into_iter().chain(after.map(|after| format!("after={after}"))).collect();
    format!("{}?{}#instances", integration(key), query.join("&"))
}
pub fn integration_changes(key: &Key) -> String {
    format!("{}/changes", integration(key))
}
pub fn connector(key: &Key) -> String {
    format!("{CONNECTORS}/{}", segment(key))
}
/// Help for customers, to read and to print.
pub fn connector_docs(key: &Key) -> String {
    format!("{}/docs", connector(key))
}
pub fn connector_changes(key: &Key) -> String {
    format!("{}/changes", connector(key))
}
/// `changes`: the address of what differs; between these two.
pub fn versions(changes: &str, from: i64, to: i64) -> String {
    format!("{changes}?from={from}&to={to}")
}
/// GET shows it, POST applies it.
pub fn manifest_plan(id: ManifestPlanId) -> String {
    format!("{MANIFESTS}/plans/{id}")
}
pub fn manifest_plan_discard(id: ManifestPlanId) -> String {
    format!("{MANIFESTS}/plans/{id}/discard")
}
pub fn manifest_catalogue(key: &Key) -> String {
    format!("{MANIFESTS}/catalogue/{}", segment(key))
}
pub fn alert_acknowledgement_end(id: AlertId) -> String {
    format!("{ALERTS}/{id}/acknowledgement/end")
}

pub fn alert_acknowledgement(id: AlertId) -> String {
    format!("{ALERTS}/{id}/acknowledgement")
}
pub fn alert_mutes(id: AlertId) -> String {
    format!("{ALERTS}/{id}/mutes")
}
pub fn alert_unmute(id: AlertMuteId) -> String {
    format!("{ALERTS}/mutes/{id}/end")
}
pub fn account_session_end(id: &str) -> String {
    format!("/admin/account/sessions/{}/end", utf8_percent_encode(id, SEGMENT))
}
pub fn user(id: UserId) -> String {
    format!("{USERS}/{id}")
}
pub fn user_part(id: UserId, part: &str) -> String {
    format!("{USERS}/{id}/{part}")
}
pub fn user_session_end(id: UserId, session: &str) -> String {
    format!("{USERS}/{id}/sessions/{}/end", utf8_percent_encode(session, SEGMENT))
}
pub fn invitation(token: &str) -> String {
    format!("/admin/invitations/{}", utf8_percent_encode(token, SEGMENT))
}
pub fn invitation_part(id: InvitationId, part: &str) -> String {
    format!("/admin/invitations/{id}/{part}")
}
pub fn password_reset(token: &str) -> String {
    format!("/admin/password-resets/{}", utf8_percent_encode(token, SEGMENT))
}
pub fn api_key_revocation(id: ApiKeyId) -> String {
    format!("{API_KEYS}/{id}/revocation")
}
/// Whether a path of ours is one of the console.
pub fn is_console(path: &str) -> bool {
    path == HOME || path.starts_with("/admin/")
}

pub fn instance(id: InstanceId) -> String {
    format!("/admin/instances/{id}")
}
pub fn instance_part(id: InstanceId, part: &str) -> String {
    format!("/admin/instances/{id}/{part}")
}
/// What a customer sees of a page of the wizard.
pub fn preview(id: InstanceId, page: &Key) -> String {
    format!("/admin/instances/{id}/preview/{}", segment(page))
}
/// The page that shows how a connection is, and repairs it.
pub fn connection(id: InstanceId, slot: &Key) -> String {
    format!("/admin/instances/{id}/connections/{}", segment(slot))
}
pub fn connection_part(id: InstanceId, slot: &Key, part: &str) -> String {
    format!("{}/{part}", connection(id, slot))
}
/// The values of a connection, filled in on the customer's behalf.
pub fn connection_values(id: InstanceId, slot: &Key) -> String {
    connection_part(id, slot, "values")
}
/// The users of a customer; POST makes one.
pub fn customer_users(id: CustomerId) -> String {
    format!("{CUSTOMERS}/{id}/users")
}
pub fn customer_user_part(id: CustomerId, user: CustomerUserId, part: &str) -> String {
    format!("{CUSTOMERS}/{id}/users/{user}/{part}")
}
/// The customer's own single sign-on.
pub fn customer_sso(id: CustomerId) -> String {
    format!("{CUSTOMERS}/{id}/single-sign-on")
}
pub fn customer_sso_end(id: CustomerId) -> String {
    format!("{CUSTOMERS}/{id}/single-sign-on/end")
}
pub fn customer_links(id: CustomerId) -> String {
    format!("/admin/customers/{id}/links")
}
pub fn link_part(id: LinkId, part: &str) -> String {
    format!("/admin/links/{id}/{part}")
}
pub fn reusable(key: &Key) -> String {
    format!("{REUSABLE_CONNECTIONS}/{}", segment(key))
}
pub fn reusable_part(key: &Key, part: &str) -> String {
    format!("{}/{part}", reusable(key))
}
/// `whose`: `organization`, `test`, or a customer's id.
pub fn reusable_values(key: &Key, whose: &str) -> String {
    format!("{}/values/{whose}", reusable(key))
}
pub fn preset(key: &Key) -> String {
    format!("{PRESETS}/{}", segment(key))
}
pub fn preset_part(key: &Key, part: &str) -> String {
    format!("{}/{part}", preset(key))
}
pub fn bulk_check(id: BulkCheckId) -> String {
    format!("{BULK_CHECKS}/{id}")
}
