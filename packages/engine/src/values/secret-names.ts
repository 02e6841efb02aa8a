/** Names by which people call their secrets. A name is evidence of what a value is for, never proof. */

const secretWords = /(?:^|_)(?:passwd|password|passphrase|passcode|pwd|secret|secrets|token|apikey|api_key|access_key|secret_key|private_key|privkey|auth_key|authkey|signing_key|encryption_key|credential|credentials|admin_pass|adminpass|session_key|session_id|sessionid)(?:_|$|\d)/;

/** Words beside a secret word that say it is about a secret, not the secret: its length, its file, whether there is one. */
const aboutWords = /(?:^|_)(?:len|length|count|type|name|names|field|fields|id|ids|uuid|uuids|constraint|url|uri|path|file|files|filename|dir|expiry|expires|expiration|expire|ttl|timeout|required|enabled|valid|changed|policy|hash|hashed|hint|label|prompt|regex|format|min|max|form|view|class|key_id|number|num|index|header|serial|serial_number|labels|slot|slots|endpoint|response|request|cls|backend|provider|manager|api|store|plugin|driver|rule|rules|attempts|error|errors|exists|is|has|has_been|use|uses|allow|allow_list|reset|line|version|algorithm|alg|model|text_field|input|ref|validator|placeholder|refresh_rate|limit|usage|tokens_used|position|kind|stream|pattern|start|end|list|re|repository|repo|since|upto|from|before|after|next|prev|previous|page|sync|continuation|pagination|resume|cancel|cancellation|batch|type_hint|cache|duration|lifetime|interval|cls_name|factory|parser|reader|writer|method|methods|scope|scopes|issuer|audience|question|reminder|digest|digests|allowed|supported|strength|history|age|days|notice|message|msg)(?:_|$)/;

/** Names of what does something with a secret. */
const actionName = /^_*(?:get|set|remove|delete|check|validate|generate|create|change|forgot|send|make|parse|decode|encode|build|fetch|load|save|store)_|_(?:func|function|fn|callback|hook|handler|getter|setter|normalizer|generator|encoder|decoder|hasher|serializer|processor|schema|strategy)$/;

/** `accessKey`, `AccessKey` and `access-key` are `access_key`. */
function normalise(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[-.\s]+/g, "_").toLowerCase();
}

/**
 * Holds if a variable, attribute, key or parameter of this name holds a secret.
 *
 * ```ts
 * isSecretName("db_password"); // => true
 * isSecretName("password_file"); // => false
 * ```
 */
export function isSecretName(name: string): boolean {
  const text = normalise(name);
  if (!secretWords.test(text) || actionName.test(text)) return false;
  return !aboutWords.test(text.replace(/session_id|api_token|reset_token|api_key|access_key|secret_key|private_key|auth_key|signing_key|encryption_key|session_key/g, "secret"));
}

/** `signing_ca_key`, `api_key`, `shared_key`: keys that protect, with a word between that says of what. */
const protectingKey = /(?:^|_)(?:auth|priv|private|sign|signing|encrypt|encryption|decryption|secret|access|api|account|shared|psk|preshared|master|application|app|consumer|license|hmac|storage|session|admin)_?(?:[a-z0-9]+_)?key$/;
const publicKey = /(?:^|_)(?:public|pub|host|primary|foreign|sort|partition|cache|routing)_/;

/** Holds if an option of a program of this name holds a secret. Of options more is known than of variables: they are set by people. */
export function isSecretOptionName(name: string): boolean {
  const text = normalise(name);
  return isSecretName(name) || (protectingKey.test(text) && !publicKey.test(text));
}

/** Names of addresses that carry the name and password of a database, cache or broker. */
const connectionName = /(?:^|_)(?:database|db|sql|sqlalchemy|mongo|mongodb|redis|amqp|broker|rabbit|rabbitmq|postgres|postgresql|pg|mysql|mariadb|transport|celery_broker|slave|result_backend)_(?:url|uri|dsn|connection|connection_(?:string|str|url|uri)|conn_str|connstr)s?$|(?:^|_)(?:dsn|connection_string|conn_string|conn_str|connstr)$/;
/** Arguments that are handed to another program or library as they are. */
const passedOn = /(?:^|_)(?:backend|driver|engine|connection|connect|client)_(?:arguments?|args|kwargs|options|params|parameters)$/;

/**
 * Holds if a setting of this name is an address with credentials in it.
 *
 * ```ts
 * isConnectionName("database_url"); // => true
 * isConnectionName("base_url"); // => false
 * ```
 */
export function isConnectionName(name: string): boolean {
  const text = normalise(name);
  return connectionName.test(text) && !/sentry/.test(text);
}

/** Holds if a setting of this name is handed on to whatever it configures, credentials included. */
export function isPassedOnName(name: string): boolean {
  return passedOn.test(normalise(name));
}

const unguessable = /(?:^|_)(?:verifier|nonce|otp|csrf|csrf_token|sid|pin_code|(?:activation|confirm|confirmation|verification|verify|reset|recovery|invite|invitation|auth|authorization|login|sms|mfa|one_time)_(?:code|key|pin|hash))$/;

/** Holds if a value of this name must not be guessed. */
export function isUnguessableName(name: string): boolean {
  return isSecretName(name) || unguessable.test(normalise(name));
}
