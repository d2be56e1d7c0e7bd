# Integrations, connectors and what changes between their versions
integrations-title = Integrations
integrations-lead = What customers can turn on, which version they use, and how their connections are.
integrations-name = Name
integrations-version = Version
integrations-version-since = { $version }, since { $day }
integrations-in-use = In use
integrations-health = Connections
integrations-customers = Customers
integrations-key = Key
integrations-connectors = Connectors: the services that integrations connect to
integrations-empty = Nothing to turn on yet
integrations-empty-what = An integration is a short YAML file: the connections it needs, and the settings it asks for. Apply one, and each customer gets a wizard for it.
in-use-none = Not used yet
in-use-turned-on = { $count } turned on
in-use-set-up = { $count } being set up
in-use-paused = { $count } paused
in-use-behind = { $count ->
    [one] 1 with an older version
   *[other] { $count } with an older version
}
health-well = All is well
health-not-working = { $count ->
    [one] 1 does not work
   *[other] { $count } do not work
}
health-need-reconnecting = { $count ->
    [one] 1 needs reconnecting
   *[other] { $count } need reconnecting
}
integration-asks = What it asks for
integration-page = Page { $number }: { $title }
integration-page-text = Words alone
integration-optional = (optional)
integration-slot = Connects to
integration-reusable = reusable connection { $key }
tests-title = Test credentials
tests-lead = What a test run of this integration reads. No customer’s instance ever does.
tests-of = { $slot } of { $integration }: test credentials
tests-reach = Only test runs of this integration read these values.
tests-central = the central test credentials are used
tests-central-values = Central values
integration-preset = with the preset { $key }
integration-sets = set here: { $inputs }
integration-variable = Setting: { $kind }
integration-versions = Versions
integration-versions-hint = A published version never changes. Who is being set up follows the newest; what is turned on keeps its version, unless a newer one converts it.
integration-published = Published
integration-current = Current
integration-changes = What changed
integration-changes-of = Changes of version { $version }
integration-instances = Who uses it
integration-state = State
integration-older = (older)
integration-since = since { $day }
instance-draft = Being set up
instance-active = Turned on
instance-paused = Paused
console-more = Show more
diff-title = What changed in { $name }
diff-lead = From version { $from } to version { $to }.
diff-from = From
diff-to = to
diff-version = Version { $version }
diff-show = Show what changed
diff-none = Nothing differs between these two.
diff-redacted = Secrets are never shown: each stands as a placeholder.
diff-secret = A secret is another one now.
diff-connector = Connector { $connector }: version { $from } before, version { $to } now.
diff-connector-new = Connector { $connector } is used now.
diff-connector-gone = Connector { $connector } is not used any more.
diff-old-line = Line before
diff-new-line = Line now
diff-text = Text
diff-gap = Lines that are the same were left out
diff-added = Added
diff-removed = Removed
connectors-title = Connectors
connectors-lead = The services that customers can be connected to, and what each asks for.
connectors-ways = Ways to connect
connectors-connections = Connections
connectors-health = How they are
connectors-count = { $count ->
    [0] None yet
    [one] 1 connection
   *[other] { $count } connections
}
connectors-empty = No service to connect to yet
connectors-empty-what = A connector says what a service needs: the fields to fill in, how it signs in, and how to check that it works. Many come with Jackfield.
connectors-from-catalogue = Add one from the catalogue
connector-changes = What changed last
connector-help = Help for customers
connector-help-open = Read or print what customers need to know
connector-vendor = The service’s own documentation
connector-type = Named in manifests
connector-auth = How it signs in
connector-redirect = Redirect address to register
connector-check = How it is checked
connector-no-check = Not at all: its values are taken as they are
connector-every = { $count ->
    [one] every minute
   *[other] every { $count } minutes
}
connector-input = Field
connector-kind = Kind
connector-set-by = Who sets it
connector-default = Value
connector-secret = secret
connector-used-by = Integrations that use it
connector-unused = None yet. Name it in a slot of an integration, and customers can connect.
set-by-customer = The customer
set-by-embedded = Your application, by the API
set-by-organization = You
set-by-nobody = Nobody: it is computed
auth-none = With the values as they are
auth-basic = User name and password
auth-header = Header { $name }
auth-query = In the address: { $name }
auth-oauth1 = The person signs in at the service (OAuth 1.0a)
auth-oauth2 = The person signs in at the service (OAuth 2.0)
auth-oauth2-alone = By itself (OAuth 2.0, nobody has to sign in)
input-type-string = Text
input-type-text = Long text
input-type-password = Password or key
input-type-boolean = Yes or no
input-type-integer = Whole number
input-type-number = Number
input-type-choice = One of several
input-type-multi-choice = Some of several
input-type-date = Date
input-type-list = List
input-type-map = Names and values
connector-docs-title = How to connect { $connector }
connector-docs-lead = What you need at hand before you connect { $connector } with { $organization }.
connector-docs-sign-in = You sign in at { $connector } and allow { $organization } to use your account. { $organization } never sees your password there.
connector-docs-fields = You are asked for:
connector-docs-nothing = There is nothing to enter: { $organization } has set it up.
connector-docs-shape = Only the part in the middle:
connector-docs-choices = Choose one of: { $choices }
connector-docs-secret = It is kept sealed, and never shown again.
connector-docs-checked = What you enter is tried at { $connector } before it is saved, so a mistake shows at once.
connector-docs-ours = Before that, { $organization } sets up
connector-docs-redirect = An app at the service, with this redirect address:
connector-docs-sets = These values, once for everybody: { $inputs }
funnel-title = How far people come
funnel-lead = { $count ->
    [one] One customer opened the wizard in the last 90 days.
   *[other] { $count } customers opened the wizard in the last 90 days.
}
funnel-drawing = Bars of how many came to each step; the table has the numbers
funnel-number = No.
funnel-step = Step
funnel-people = Customers
funnel-part = Part of those who opened it
funnel-opened = Opened the wizard
funnel-page = Page { $number }: { $title }
funnel-connected = Connected something
funnel-turned-on = Turned it on
funnel-reasons = What stands in their way
funnel-times = { $count ->
    [one] once
   *[other] { $count } times
}
integration-customers = { $count ->
    [0] None yet
    [one] 1 customer
   *[other] { $count } customers
}
integration-customer = Customer
integration-nobody = No customer has begun with this integration yet.
integration-check-now = Check them now
