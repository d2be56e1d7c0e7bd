# The header of the organization's pages
console-nav = Console
console-customers = Customers
console-integrations = Integrations
console-connections = Connections
console-activity = Activity
console-alerts = Alerts
console-search = Search
console-search-all = Search everything
