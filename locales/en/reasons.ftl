# Why a connection does not work, by reason code (dots and underscores written as dashes).
# -title: a few words. -customer: what it means to the person in the wizard. -admin: the same for the organization. -next: what to do.
reason-auth-rejected-title = { $connector } did not accept this
reason-auth-rejected-customer = { $connector } was reached, but it does not recognise what you entered.
reason-auth-rejected-admin = { $connector } answered that the credentials are wrong.
reason-auth-rejected-next = Check that you copied all of it, or create a new one.

reason-auth-bad-key-title = That key cannot be used
reason-auth-bad-key-customer = What you entered as the private key is damaged, protected by a passphrase, or of another kind than { $connector } takes. Nothing was sent.
reason-auth-bad-key-admin = The private key does not open, or is of another kind than the connection type signs with.
reason-auth-bad-key-next = Copy the whole key, from -----BEGIN to -----END, without a passphrase.

reason-auth-insufficient-scope-title = { $connector } allows too little
reason-auth-insufficient-scope-customer = { $connector } accepted the sign-in, but it does not permit everything that is needed.
reason-auth-insufficient-scope-admin = The credentials work, but lack a permission that the check needs.
reason-auth-insufficient-scope-next = Give it the permissions that the instructions list, then try again.

reason-auth-wrong-account-title = That is another account
reason-auth-wrong-account-customer = You signed in to { $connector } with a different account. This connection belongs to { $account }.
reason-auth-wrong-account-admin = The sign-in came from an account other than { $account }.
reason-auth-wrong-account-next = Sign out of { $connector }, then connect again with the account above.

reason-auth-issuer-mismatch-title = That answer did not come from { $connector }
reason-auth-issuer-mismatch-customer = The sign-in at { $connector } came back in the name of another service, so nothing was connected.
reason-auth-issuer-mismatch-admin = The callback’s issuer is not the one that was asked, or it is missing where { $connector } promises it.
reason-auth-issuer-mismatch-next = Connect { $connector } again. If it happens again, compare the issuer in its settings.

reason-auth-needs-reconnect-title = { $connector } needs reconnecting
reason-auth-needs-reconnect-customer = { $connector } has ended the access that was given before. That happens after a password change, or when someone withdraws it.
reason-auth-needs-reconnect-admin = { $connector } refused to renew the access. Only a new sign-in brings it back.
reason-auth-needs-reconnect-next = Reconnect { $connector }. Everything else stays as it is.

reason-auth-consent-cancelled-title = You stopped before the end
reason-auth-consent-cancelled-customer = { $connector } was not connected, because its page was left without an answer.
reason-auth-consent-cancelled-admin = The person left { $connector }’s consent page without an answer.
reason-auth-consent-cancelled-next = Connect again whenever you are ready.

reason-auth-disconnected-title = { $connector } is disconnected
reason-auth-disconnected-customer = Somebody disconnected { $connector }, and it is still used here.
reason-auth-disconnected-admin = It was disconnected, and what uses it waits until it is connected again.
reason-auth-disconnected-next = Reconnect { $connector }. Everything else stays as it is.

reason-auth-consent-denied-title = { $connector } was not connected
reason-auth-consent-denied-customer = You, or someone who signed in, chose not to allow it.
reason-auth-consent-denied-admin = The person declined at { $connector }’s consent page.
reason-auth-consent-denied-next = Connect again when you are ready, and choose to allow it.

reason-auth-consent-expired-title = The sign-in took too long
reason-auth-consent-expired-customer = For your safety a sign-in at { $connector } ends after ten minutes.
reason-auth-consent-expired-admin = The sign-in was begun, but not finished in time.
reason-auth-consent-expired-next = Connect { $connector } again. It usually takes less than a minute.

reason-auth-admin-approval-title = An administrator has to allow this
reason-auth-admin-approval-customer = Your company’s { $connector } lets only an administrator connect it.
reason-auth-admin-approval-admin = The customer’s { $connector } asks for an administrator’s approval.
reason-auth-admin-approval-next = Ask your { $connector } administrator to approve it, then connect again.

reason-host-not-found-title = No such address
reason-host-not-found-customer = There is nothing at the address that you entered for { $connector }.
reason-host-not-found-admin = The host’s name does not resolve.
reason-host-not-found-next = Check the spelling of the address.

reason-host-unreachable-title = { $connector } cannot be reached
reason-host-unreachable-customer = The address exists, but nothing answers there.
reason-host-unreachable-admin = The host resolves, but no connection could be made to it.
reason-host-unreachable-next = Check the address, and that it can be reached from the internet. Then try again.

reason-host-refused-title = { $connector } refused the connection
reason-host-refused-customer = The host was reached, but it accepts no connections at this port.
reason-host-refused-admin = The host refused the connection at this port.
reason-host-refused-next = Check the port, and whether a firewall has to let { $organization } in.

reason-host-blocked-title = That address is not allowed
reason-host-blocked-customer = The address that you entered lies inside a private network, which { $organization } does not call.
reason-host-blocked-admin = The address is private. Calls to it are blocked until the operator allows that host.
reason-host-blocked-next = Enter an address that can be reached from the internet, or ask { $organization } to allow this one.

reason-tls-untrusted-title = The certificate is not trusted
reason-tls-untrusted-customer = { $connector } was found, but it could not prove that it is the right one. Nothing was sent.
reason-tls-untrusted-admin = The host’s certificate is expired, self-signed or made out to another name.
reason-tls-untrusted-next = Check the address. If it is right, ask whoever runs it to renew its certificate.

reason-rate-limited-title = { $connector } asks us to wait
reason-rate-limited-customer = { $connector } has had many requests from us and asks for a short break.
reason-rate-limited-admin = { $connector } answered that there were too many requests.
reason-rate-limited-next = Try again in a minute. What you entered is kept.

reason-provider-down-title = { $connector } does not answer at the moment
reason-provider-down-customer = What you entered may well be right: { $connector } itself has a problem.
reason-provider-down-admin = { $connector } answered with an error of its own.
reason-provider-down-next = Try again in a few minutes, or save it now and we check it later.

reason-provider-unexpected-title = { $connector } gave an answer we do not know
reason-provider-unexpected-customer = { $connector } was reached, but its answer is not the one that was expected.
reason-provider-unexpected-admin = The answer is not one that the check declares.
reason-provider-unexpected-next = Check the address and what you entered. If both are right, ask { $organization }.

reason-timeout-title = { $connector } took too long to answer
reason-timeout-customer = We waited for { $connector }, but no answer came.
reason-timeout-admin = No answer within the time allowed.
reason-timeout-next = Try again in a few minutes, or save it now and we check it later.

reason-configuration-title = This is for { $organization } to put right
reason-configuration-customer = A setting on { $organization }’s side is not complete. You have done nothing wrong.
reason-configuration-admin = A setting of this connection is missing or does not fit: look at its preset and its type.
reason-configuration-next = Ask { $organization }. What you entered is kept.
