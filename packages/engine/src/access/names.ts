/** Names that speak of access control. They are priors: they keep a row open or tell why it is fine, and never prove a check. */

const wordsOf = new Map<string, string>();

/** A name in small letters, its words joined by underscores. The few names of a program are asked about again and again. */
function words(name: string): string {
  let text = wordsOf.get(name);
  if (text === undefined) {
    text = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
    wordsOf.set(name, text);
  }
  return text;
}

/** The answers of a test of names, kept. */
function remembered(test: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) known.set(name, (answer = test(name)));
    return answer;
  };
}

const guardWord = /(?:^|_)(?:login|logged|log_?in|signed_?in|auth|authn|authz|auths?|authed|authenticat\w*|authori[sz]\w*|permissions?|permitted|perms?|permit|admins?|superuser|staff|roles?|scopes?|acls?|rbac|access|accessible|protect(?:ed)?|secured?|secure|token|tokens|jwt|api_?keys?|owners?|ownership|owned|policy|policies|enforce\w*|privileged?|privileges?|restrict(?:ed)?|allowed|forbid\w*|verify\w*|verified|signature|current_user|credentials?|membership|capabilit\w+|can|guard|csrf_exempt_auth|basicauth|identity|principal|require[sd]?)(?:_|$)/;

/** Holds for the name of what may check the caller. */
export const isGuardName = remembered((name) => guardWord.test(words(name)));

const identityWord = /^(?:current_user|current_account|users?|user_?id|user_?name|uid|request_user|auth_user|identity|principal|account|account_id|is_authenticated|is_anonymous|is_active|is_staff|is_superuser|is_super_?admin|is_admin|is_owner|is_admin_project|admin|role|roles|permissions?|has_perms?|authenticated|logged_in|logged_user|remote_user|authorization|http_authorization|auth|auth_?token|x-auth-token|x-api-key|api_?key|access_?token|project_id|tenant_id|tenant|owner|owner_id|created_by|created_by_id|author|author_id|member|membership|credentials|scopes?|claims|subject|sub|session_id|(?:un)?authenticated_userid|organization|organi[sz]ation_id|org_id)$/;

/** Holds for the name of an attribute or a key that tells who the caller is, or whose a thing is. */
export const isIdentityName = remembered((name) => identityWord.test(words(name)));

/** Holds for the key of a header or field that carries a credential. */
export const isCredentialName = (name: string): boolean =>
  /^(?:(?:x|http)[-_])*(?:authori[sz]ation|auth|auth[-_]token|api[-_]?key|access[-_]?token|token|secret|signature|hub[-_]signature\w*|.*[-_](?:signature|token|secret|api[-_]?key))(?:[-_]\d+)?$/i.test(name);

/** Holds for the name of an exception, response or function that turns a caller away for want of rights. */
export const isRefusalName = remembered((name) =>
  /forbid|unauthori[sz]ed|not_?authori[sz]ed|un_?authenticated|not_?authenticated|denied|deny|permission|not_?allowed_?user|auth_?(?:entication)?_?(?:failed|error|required|failure)|credentials?_?(?:exc|exception|error)|invalid_?(?:token|credentials|signature)|no_?access|access_?error|insufficient|not_?permitted|authori[sz]ation_?(?:error|failed|required)|login_?(?:required|page)|reject|policy_?not/i
    .test(words(name)));

/** Holds for the name of a decorator or attribute that says that everyone may come in. */
export const isPublicName = (name: string): boolean =>
  /^(?:allow_any|allowany|public|is_public|anonymous|allow_anonymous|anonymous_allowed|no_?auth\w*|noauth|skip_auth\w*|auth_exempt|login_exempt|login_not_required|unauthenticated\w*|unprotected|unenforced\w*|without_auth\w*|exempt_from_auth\w*|open_to_all|no_login_required|authentication_exempt|permission_exempt|everyone|public_\w+|\w+_public)$/
    .test(words(name));

const wayIn = /(?:^|[/_.<-])(?:log_?in|log_?out|sign_?in|sign_?out|sign_?up|signup|register|registration|activate|activation|confirm\w*|verify_?\w*|forgot\w*|password_?reset|reset_?password|recover\w*|oauth2?|oidc|openid|saml\w*|sso|acs|auth|authorize|authenticate|callback|invitation|unsubscribe|captcha|jwks|webhook\w*|magic_?link|two_?factor|2fa|mfa|totp)(?=$|[/_.>:?$-])/;
const wayInHandler = /^(?:do_|user_|handle_|process_|post_|get_|api_)?(?:log_?in|log_?out|sign_?in|sign_?out|sign_?up|signup|register|activate|confirm|verify|forgot|password_?reset|reset_?password|recover|oauth2?|oidc|saml|sso|authorize|authenticate|unsubscribe|webhook|callback)(?:_\w+|view)?$/;
const wayInFixed = /(?:^|[/_.-])(?:reset|invite|token|tokens|session|sessions|hook|setup|install|onboarding)(?=$|[/_.?$-])/;
const about = /(?:^|[/_.-])(?:health\w*|ping|pong|ready|readiness|readyz|live|liveness|livez|status|version|versions|metrics|static|assets|media|favicon\w*|robots\w*|sitemap\w*|manifest\w*|service_?worker|opensearch\w*|well_known|docs|redoc|openapi\w*|swagger\w*|schema|index|home|about|terms|privacy|faq|contact|help|landing|error|errors|not_?found|discovery|license)(?=$|[/_.?$-])/;
const aboutHandler = /^(?:health\w*|ping|liveness|readiness|live|ready|favicon|robots\w*|static\w*|serve_static|openapi\w*|swagger\w*|version|versions|about|landing\w*|home|homepage|not_found|error\w*|page_not_found)$/;

/** Holds for a handler, its class or its route that is named public or shared. */
export const isPublicHandler = (route: string, qualname: string): boolean =>
  /(?:^|[_.])(?:public|shared|anonymous|unauthenticated|noauth|no_auth)(?:[_.]|$)/.test(words(qualname))
  || /(?:^|[/_.-])(?:public|shared?|explore|anonymous)(?=$|[/_.?$-])/.test(words(route));

/** Parameters of handlers that only who was given the address can fill. */
const secretPart = /^(?:(?!primary|foreign|public|sort|cache|partition)\w+_key|(?:\w+_)?(?:token|secret|signature|hmac|otp|nonce|hash)|signed_\w+)$/i;

export const isSecretPart = (parameter: string): boolean => secretPart.test(parameter);

/** Holds for a route with a part that only who was given the address knows: `<token>`, `{signature}`. */
const carriesSecret = (route: string): boolean =>
  /[<{(:][^<>{}()]*(?:key|token|secret|signature|signed|hmac|hash|nonce|otp|share_?id|invite)\w*[^<>{}()]*[>})]/i.test(route);

/** What a route or handler is for, if it is made for everyone: the way in, or what the service tells about itself. */
export function purposeOf(route: string, handler: string, parameters: readonly string[]): string {
  const path = words(route.replace(/-/g, "_"));
  const name = words(handler);
  // An address with a variable part is about one thing of many.
  const isFixed = !/[<{(:*\[]/.test(path);
  if (wayIn.test(path) || wayInHandler.test(name) || /_(?:web_?hook|callback|log_?in|log_?out)$/.test(name) || (isFixed && wayInFixed.test(path))) return "it is a way to prove who one is";
  if (carriesSecret(route) || parameters.some(isSecretPart)) return "its address carries a secret";
  if (/^\^?\/?\$?$/.test(route) && route !== "") return "it tells about the service itself";
  return (isFixed && about.test(path)) || aboutHandler.test(name) ? "it tells about the service itself" : "";
}
