# The header of the organization's pages
console-nav = Console
console-customers = Customers
console-integrations = Integrations
console-connections = Connections
console-activity = Activity
console-alerts = Alerts
console-search = Search
console-search-all = Search everything
# Who may, where somebody may not
may-support = Org users with the role support, admin or owner can do that.
may-admins = Admins and owners can change this.
may-customer-disconnect = An admin among your colleagues can disconnect this.
may-customer-delete = An admin among your colleagues can delete this.
may-customer-turn-on = All is saved. An admin among your colleagues turns { $integration } on.
may-customer-change = All is saved. An admin among your colleagues puts the changes into use.
