# The organization's pages
sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in
sign-in-refused = The e-mail address and the password do not go together
sign-in-refused-next = Check both, then try again
sign-out = Sign out

# The first page of the demo
demo-title = Everything is plugged in
demo-intro = This is Jackfield with sample customers, a built-in service to sign in at, and a built-in service that checks keys. Nothing leaves this computer.
demo-wizards = Connect as a customer
demo-wizards-intro = Each link opens the wizard as a customer would see it.
demo-wizard-for = for { $customer }
demo-admin = Look at it as the organization
demo-admin-intro = Sign in to see every customer’s connections and how they are.
demo-admin-open = Open the admin pages
demo-email = E-mail address
demo-password = Password
demo-others = The same password signs in { $emails }, who may do less.
demo-api = Read a fresh credential
demo-api-intro = This is the one call that your integration’s code makes.
demo-curl-name = Command
demo-provider = The service to sign in at
demo-provider-intro = Its consent page also lets you deny, grant less, use another account, or fail in other ways.
demo-provider-open = Open the built-in service
