/** Names by which people call their secrets. A name is evidence of what a value is for, never proof. */

const secretWords = /(?:^|_)(?:passwd|password|passphrase|passcode|pwd|secret|secrets|token|apikey|api_key|access_key|secret_key|private_key|privkey|auth_key|authkey|signing_key|encryption_key|credential|credentials|admin_pass|adminpass|session_key|session_id|sessionid)(?:_|$|\d)/;

/** Words beside a secret word that say it is about a secret, not the secret: its length, its file, whether there is one. */
const aboutWords = /(?:^|_)(?:len|length|count|type|name|names|field|fields|id|ids|uuid|uuids|constraint|url|uri|path|file|files|filename|dir|expiry|expires|expiration|expire|ttl|timeout|required|enabled|valid|changed|policy|hash|hashed|hint|label|prompt|regex|format|min|max|form|view|class|key_id|number|num|index|header|endpoint|response|request|cls|backend|provider|manager|api|store|plugin|driver|rule|rules|attempts|error|errors|exists|is|has|has_been|use|uses|allow|allow_list|reset|line|version|algorithm|alg|model|text_field|input|ref|validator|placeholder|refresh_rate|limit|usage|tokens_used|position|kind|stream|pattern|start|end|list|re|repository|repo|since|upto|from|before|after|next|prev|previous|page|sync|continuation|pagination|resume|cancel|cancellation|batch|type_hint|cache|duration|lifetime|interval|cls_name|factory|parser|reader|writer|method|methods|scope|scopes|issuer|audience|question|reminder|digest|digests|allowed|supported|strength|history|age|days|notice|message|msg)(?:_|$)/;

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
  if (!secretWords.test(text)) return false;
  return !aboutWords.test(text.replace(/session_id|api_token|reset_token|api_key|access_key|secret_key|private_key|auth_key|signing_key|encryption_key|session_key/g, "secret"));
}
