//! Addresses of the console, a paragraph a resource.

use super::segment;
use crate::domain::{
    ids::{AlertId, AlertMuteId, BulkCheckId, CustomerId, InstanceId, LinkId, ManifestPlanId},
    key::Key,
};

pub const HOME: &str = "/admin";
pub const CUSTOMERS: &str = "/admin/customers";
pub const INTEGRATIONS: &str = "/admin/integrations";
pub const REUSABLE_CONNECTIONS: &str = "/admin/reusable-connections";
pub const AUDIT: &str = "/admin/audit";
pub const ALERTS: &str = "/admin/alerts";
pub const SEARCH: &str = "/admin/search";

/// The page that asks who it is.
pub const SESSION: &str = "/admin/session";
pub const END_SESSION: &str = "/admin/session/end";

pub const PRESETS: &str = "/admin/presets";
/// POST starts one.
pub const BULK_CHECKS: &str = "/admin/bulk-checks";

pub const CONNECTORS: &str = "/admin/connectors";
/// GET shows the form, POST sends manifests to be looked at.
pub const MANIFESTS: &str = "/admin/manifests";
pub const MANIFESTS_EXPORT: &str = "/admin/manifests/export";
pub const SETTINGS: &str = "/admin/settings";
pub const TEST_MAIL: &str = "/admin/settings/test-mail";
pub const ALERT_SUBSCRIPTION: &str = "/admin/alerts/subscription";

pub fn integration(key: &Key) -> String {
    format!("{INTEGRATIONS}/{}", segment(key))
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
pub fn alert_acknowledgement(id: AlertId) -> String {
    format!("{ALERTS}/{id}/acknowledgement")
}
pub fn alert_mutes(id: AlertId) -> String {
    format!("{ALERTS}/{id}/mutes")
}
pub fn alert_unmute(id: AlertMuteId) -> String {
    format!("{ALERTS}/mutes/{id}/end")
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
pub fn customer_links(id: CustomerId) -> String {
    format!("/admin/customers/{id}/links")
}
pub fn link_part(id: LinkId, part: &str) -> String {
    format!("/admin/links/{id}/{part}")
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
