/** Names by which calls say that they decide something, or undo, keep or protect something. */

/** Who may do what, and whether a message, a password or a certificate is genuine. */
const checking = /^_*(?:verify|(?:verify|authori[sz]e|authenticate|enforce)(?:_\w+)?|compare_digest|checkpw|unsign|(?:check|validate|ensure|require|assert|test)_(?:\w+_)?(?:password|passwd|permissions?|perms?|access|auth|authentication|authorization|token|signature|sig|hmac|mac|certificate|cert|csrf|xsrf|jwt|credentials?|privileges?|rights|policy|admin|owner|ownership|nonce|otp|scope|scopes|checksum|digest|integrity|allowed|origin)|(?:has|is|can|may|user_has|user_can)_(?:\w+_)?(?:permissions?|perms?|access|allowed|authorized|authorised|authenticated|permitted|admin|owner|superuser|staff|valid_token|trusted|privileged|valid_signature)|(?:permission|access|token|signature|password)_(?:allowed|granted|valid|ok)|is_valid_(?:token|signature|password|user|credentials|origin|host|certificate)|validate_signature|verifySignature|checkPassword|checkPermission|hasPermission|isAuthorized|isAuthenticated)$/;
/** What takes a right away, gives up one, or writes down who did what. */
const protecting = /^_*(?:revoke\w*|invalidate_(?:\w+_)?(?:token|tokens|session|sessions|user|key|keys)|(?:drop|lower|give_up)_priv\w*|set(?:res|re|e)?[ug]id|setgroups|initgroups|lock_(?:account|user|out)|disable_(?:user|account|key|token)|deactivate_(?:user|account)|(?:delete|remove|clear|expire|destroy)_(?:\w+_)?(?:tokens?|sessions?|permissions?|grants?|credentials?|secrets?|api_?keys?|roles?|acls?)|log_?out(?:_user)?|audit(?:_\w+)?|write_audit\w*|(?:set|change|reset)_password|encrypt(?:_\w+)?|wipe|shred)$/;
/** What makes a change of state last, or takes it back. */
const keeping = /^(?:commit|rollback|save|save_all|delete|delete_\w+|destroy|destroy_\w+|insert|insert_\w+|update_\w+|bulk_create|bulk_update|flush|release|release_\w+|unlock|set_\w*(?:status|state))$/;
/** Reads that answer with a copy or a view have such names too. */
const noCheck = /^(?:verify_none|assert_(?:called|not)\w*)$/;

const isSmall = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

export const isCheckName = (name: string): boolean => !noCheck.test(name) && (checking.test(name) || checking.test(isSmall(name)));
export const isProtectingName = (name: string): boolean => protecting.test(isSmall(name));
export const isKeepingName = (name: string): boolean => keeping.test(isSmall(name));
