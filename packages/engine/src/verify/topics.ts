/**
 * The lexicon: what reviews call weaknesses, and what they call the protections against them.
 *
 * A word of `defects` says that something is wrong where it is asserted and that it is fine where it is denied; a word of
 * `protections` the other way round. `*` stands for any ending.
 */
import type { ClaimKind } from "./claim.ts";

export interface Topic {
  readonly name: string;
  readonly kind: ClaimKind;
  /** The kind if the claim says that it is fine. */
  readonly fine: ClaimKind;
  /** The exact weakness first. */
  readonly cwe: readonly number[];
  readonly defects: readonly string[];
  readonly protections: readonly string[];
  /** Words that say what it is about, and neither that it is right nor that it is wrong. */
  readonly subjects?: readonly string[];
}

const weak = (name: string, cwe: readonly number[], defects: readonly string[], protections: readonly string[] = []): Topic => ({
  name, kind: "weakness", fine: "absence", cwe, defects, protections,
});
const injected = (name: string, cwe: readonly number[], defects: readonly string[], protections: readonly string[] = []): Topic => ({
  name, kind: "injection", fine: "absence", cwe, defects, protections,
});

/** In the order in which they are preferred where two words begin at the same place. */
export const topics: readonly Topic[] = [
  {
    name: "SQL injection", kind: "injection", fine: "parameterised", cwe: [89],
    defects: [
      "sql injection*", "sql-injection*", "sqli", "injectable quer*", "sql command injection", "raw sql", "dynamic sql", "sql string*", "sql quer* using concat*",
      "construct* sql", "build* sql", "sql quer* * concat*", "concatenat* sql", "quer* by concat*", "string-built quer*", "unparameteri* quer*", "unsafe quer*",
      "sql statement*",
    ],
    protections: [
      "parameteri*", "prepared statement*", "bound parameter*", "bind parameter*", "bound value*", "bound argument*", "bind value*", "binds every*", "bound quer*",
      "placeholder*", "orm", "query builder*", "binds all", "quer* are bound", "values are bound", "safe quer*", "constructed safely", "quer* are built safely",
    ],
  },
  injected("command injection", [78, 77, 88], ["command injection*", "shell injection*", "os command*", "arbitrary command*", "shell=true", "os.system", "shell metacharacter*", "argument injection", "execute* shell", "remote code execution via command*"], ["argument list*", "shlex", "without a shell", "shell=false", "without shell*"]),
  injected("code injection", [95, 94], ["code injection*", "eval injection", "dynamic code", "use of eval", "uses eval", "calls eval", "eval on", "use of exec", "calls exec", "eval(", "exec("], ["literal_eval"]),
  injected("code execution", [94, 502, 78, 95, 1336], ["arbitrary code", "remote code execution", "rce", "run any code", "code execution"]),
  injected("cross-site scripting", [79], ["cross-site scripting*", "cross site scripting*", "xss*", "html injection*", "script injection*", "unescaped html", "unescaped output", "markup injection", "autoescap* off", "disables autoescap*"], ["escapes all", "html-escape*", "output encoding", "autoescap*", "output escaping"]),
  injected("path traversal", [22], ["path traversal*", "directory traversal*", "path manipulation*", "zip slip", "zipslip", "arbitrary file*", "traverse*", "path injection", "file inclusion", "outside * directory", "dot-dot*"], ["canonicali*", "realpath", "safe_join", "secure_filename", "path normali*"]),
  injected("server-side request forgery", [918], ["server-side request forger*", "server side request forger*", "ssrf", "request forgery to internal", "arbitrary url*", "internal network request*"], ["host allow*", "url allow*"]),
  injected("open redirect", [601], ["open redirect*", "unvalidated redirect*", "url redirect*", "redirect* to arbitrary", "redirect* to untrusted"], []),
  { ...injected("deserialization", [502], ["unsafe deseriali*", "insecure deseriali*", "untrusted deseriali*", "deseriali* untrusted", "deseriali* of untrusted", "deseriali* arbitrary", "deserialization vulnerab*", "deserialization attack*", "unpickl*", "yaml.load", "pickle.load*", "unsafe yaml", "unsafe pickle", "marshal load*"], ["safe_load", "safeloader", "safe loader"]), subjects: ["deseriali*", "pickle*"] },
  injected("XML external entities", [611, 776], ["xml external entit*", "external entit*", "xxe", "billion laughs", "entity expansion"], ["defusedxml"]),
  injected("XML injection", [91], ["xml injection*"]),
  injected("template injection", [1336], ["template injection*", "ssti"]),
  injected("LDAP injection", [90], ["ldap injection*"]),
  injected("XPath injection", [643], ["xpath injection*"]),
  injected("NoSQL injection", [943], ["nosql injection*", "mongo* injection"]),
  injected("header injection", [113, 93], ["header injection*", "response splitting", "crlf injection*", "header splitting"]),
  injected("log injection", [117], ["log injection*", "log forg*", "log spoofing", "forged log*"]),
  injected("formula injection", [1236], ["csv injection*", "formula injection*"]),
  injected("regular expression injection", [1333, 625], ["regex injection*"]),
  weak("regular expression cost", [1333], ["redos", "catastrophic backtracking", "regular expression denial*", "regex denial*", "exponential regex*", "inefficient regular*"]),
  weak("mass assignment", [915], ["mass assignment*", "mass-assignment*", "over-posting", "overposting"]),
  {
    name: "hard-coded secret", kind: "hard-coded-secret", fine: "absence", cwe: [798, 259, 321],
    defects: [
      "hard-coded cred*", "hardcoded cred*", "hard coded cred*", "hard-coded pass*", "hardcoded pass*", "hard coded pass*", "hard-coded secret*", "hardcoded secret*", "hard coded secret*",
      "hard-coded key*", "hardcoded key*", "hard-coded api*", "hardcoded api*", "hard-coded token*", "hardcoded token*", "hard-coded sensitive*", "hardcoded sensitive*", "hard coded sensitive*",
      "hard-coded database*", "hardcoded database*", "hard-coded crypto*", "hardcoded crypto*", "hard-coded encryption*", "hardcoded encryption*", "hard-coded information", "hardcoded information", "secret* in the source",
      "credential* in the code", "credential* in the source", "password* in the code", "password* in the source", "secret* in the code", "embedded credential*", "embedded secret*", "secret key is hard*", "password is hard*", "credential* are hard*", "credentials hard*", "key is hard*", "token is hard*",
      "hard-coded", "hardcoded", "hard coded", "committed secret*", "checked-in secret*", "secret literal*", "plaintext password in", "security-critical data",
    ],
    protections: ["secret manager*", "from the environment", "environment variable*", "from configuration", "vault"],
  },
  weak("weak hash", [328, 327, 916], ["weak hash*", "md5", "sha1", "sha-1", "broken hash*", "insecure hash*", "outdated hash*", "weak digest*"], ["bcrypt", "argon2", "scrypt"]),
  weak("weak cipher", [327, 326], ["weak cipher*", "weak encrypt*", "weak crypto*", "insecure cipher*", "broken crypto*", "risky crypto*", "ecb mode", "des encryption", "rc4", "weak algorithm*", "cryptographic weakness*", "insecure crypto*"], ["aes-gcm", "strong crypto*", "strong encryption"]),
  weak("predictable random numbers", [338, 330], ["insecure random*", "weak random*", "predictable random*", "predictable token*", "insufficient* random*", "predictable value*", "non-cryptographic random*", "random.random*", "weak prng", "insufficient entropy", "weak pseudo*", "random module"], ["secrets module", "cryptographically secure", "csprng"]),
  weak("certificate validation", [295], ["verify=false", "unverified https", "man-in-the-middle", "mitm", "accepts any certificate", "any certificate", "self-signed certificate*", "unverified tls", "unverified ssl"], ["validates certificates", "verifies certificates", "certificate validation*", "certificate verification", "certificate check*", "verif* of certificates", "tls verification", "ssl verification", "hostname verification"]),
  weak("outdated TLS", [327, 326], ["tls 1.0", "tlsv1", "sslv3", "sslv2", "outdated tls", "old tls"]),
  weak("clear-text transmission", [319, 312], ["cleartext", "clear text", "clear-text", "plaintext", "plain text", "plain-text", "unencrypted"], ["encryption of sensitive data", "data encryption", "encrypted", "encryption"]),
  weak("unverified signature", [347], ["unverified signature*", "unsigned token*", "alg none", "verify_signature=false"], ["jwt signature", "signature verification", "signature check*", "verif* the signature", "signature is verified", "signature"]),
  weak("timing attack", [208], ["timing attack*", "timing side*", "non-constant-time", "observable timing", "timing leak*"], ["constant-time", "constant time", "compare_digest"]),
  weak("cross-site request forgery", [352], ["csrf", "cross-site request forger*", "cross site request forger*", "xsrf"], ["csrf protection", "csrf token*", "anti-csrf"]),
  weak("cookie flags", [614, 1004, 1275], ["insecure cookie*"], ["httponly", "samesite", "secure flag", "secure attribute", "secure cookie*", "cookie flag*"]),
  { ...weak("cross-origin sharing", [942], ["permissive cors", "open cors", "wildcard origin*", "cors misconfig*", "overly permissive cross-origin*"]), subjects: ["cors", "cross-origin resource*", "access-control-allow-origin"] },
  weak("debug mode", [489], ["debug mode*", "debug=true", "interactive debugger", "debug is enabled", "debug enabled", "werkzeug console"]),
  weak("insecure temporary file", [377, 379], ["insecure temp*", "mktemp", "predictable temp*", "temporary file* race", "fixed temp*"], ["mkstemp", "namedtemporaryfile"]),
  weak("file permissions", [732], ["world-writable", "world writable", "world-readable", "world readable", "insecure permission*", "loose permission*", "permissive file*", "overly permissive mode*", "0777", "0o777", "777"]),
  weak("dangerous upload", [434], ["unrestricted upload*", "unrestricted file upload*", "arbitrary upload*", "dangerous file type*", "malicious upload*", "upload* of arbitrary"]),
  weak("assert as a check", [617, 703], ["assert statement*", "assert is used", "asserts are", "reachable assertion"]),
  weak("denial of service", [400, 770, 409, 1333], ["denial of service", "denial-of-service", "resource exhaustion", "memory exhaustion", "uncontrolled resource*", "zip bomb*", "decompression bomb*", "unbounded read*", "unbounded memory", "dos attack*", "unlimited"], ["rate limit*", "throttl*", "size limit*"]),
  weak("missing timeout", [1088, 400], ["hang* forever", "hang* indefinitely", "blocks forever", "block* indefinitely"], ["timeout*", "time-out*"]),
  weak("buffer overflow", [119, 120, 787], ["buffer overflow*", "out-of-bounds", "out of bounds", "memory corruption", "memory safety", "use-after-free", "use after free", "double free"]),
  weak("integer overflow", [190], ["integer overflow*", "arithmetic overflow*", "numeric overflow*", "integer underflow*"]),
  weak("division by zero", [369], ["division by zero", "divide by zero", "divide-by-zero", "zerodivision*"]),
  weak("null dereference", [476], ["null pointer*", "null dereference*", "none dereference*", "nonetype*", "null reference*"]),
  weak("session fixation", [384, 613], ["session fixation", "session hijack*"]),
  weak("trust boundary", [501], ["trust boundary"]),
  weak("brute force", [307], ["brute force*", "brute-force*", "account lockout"]),
  weak("calculation", [682], ["incorrect calculation*", "calculation error*", "off-by-one", "off by one", "wrong calculation*", "miscalculat*"]),
  weak("comparison", [697], ["incorrect comparison*", "wrong comparison*", "improper comparison*"]),
  weak("unbound name", [457], ["uninitiali*", "unbound variable*", "unboundlocal*", "undefined", "undefined variable*", "undefined name*", "before assignment", "used before"]),
  weak("coding standards", [710], ["coding standard* violation*", "violat* of coding"], ["coding standard*", "coding convention*", "pep 8", "pep8"]),
  {
    name: "missing release", kind: "missing-release", fine: "absence", cwe: [772, 404, 775, 459, 401],
    defects: [
      "resource leak*", "leaks resource*", "leak* file*", "leak* connection*", "leak* socket*", "leak* the handle", "file handle* leak*", "connection leak*", "descriptor leak*", "memory leak*", "handle leak*", "leaked connection*", "leaked handle*", "unclosed",
      "not closed", "never closed", "left open", "improper resource shutdown", "resource shutdown", "never released", "not released", "never close*", "dangling connection*",
    ],
    protections: ["closure of", "closing of", "closes the", "close the", "closed properly", "properly closed", "properly released", "resource management", "context manager*", "resource release", "resource cleanup", "releases the", "release of", "close()", "closed", "cleaned up", "clean-up"],
  },
  {
    name: "unreachable code", kind: "unreachable", fine: "absence", cwe: [561],
    defects: ["unreachable", "dead code", "dead handler*", "never reached", "never executed", "never run", "never runs", "never called", "is not called anywhere", "not called anywhere", "never raised", "never raises", "never invoked", "cannot be reached", "can never happen", "can never be reached", "can never fire", "unused function*", "unused method*", "no caller*", "not used anywhere", "is unused", "never triggered"],
    protections: [],
  },
  {
    name: "race condition", kind: "race", fine: "absence", cwe: [362, 367, 366],
    defects: ["race condition*", "race-condition*", "races", "a race", "data race*", "racy", "toctou", "time-of-check*", "time of check*", "check-then-act", "check then act", "check-then-insert", "concurrency issue*", "concurrency bug*", "concurrency problem*", "concurrent request*", "concurrent access*", "concurrent modification*", "concurrent update*", "concurrently", "concurrent call*", "thread safety", "thread-safety", "not thread-safe", "not thread safe", "non-atomic*", "not atomic", "lost update*", "deadlock*", "simultaneous*", "at the same time", "interleav*"],
    subjects: ["concurrency"],
    protections: ["thread-safe", "thread safe", "atomic*", "locking", "synchroni*", "mutex*", "a lock", "row lock*", "transaction*", "serializ* isolation", "select for update", "unique constraint*"],
  },
  {
    name: "error handling", kind: "missing-handling", fine: "handled", cwe: [703, 755, 390, 396, 391, 754],
    defects: ["swallow*", "bare except*", "broad except*", "overly broad exception*", "catch-all*", "blanket except*", "unhandled exception*", "uncaught exception*", "unchecked error*", "unchecked return*", "exception* silently", "errors are silently", "silently ignor*", "silently pass*", "silently dropp*", "ignores the exception*", "ignores exception*", "except: pass", "except exception: pass", "unhandled error*", "error* are ignored", "exception* are ignored", "exception* is ignored", "error is ignored"],
    protections: ["error handling", "error-handling", "exception handling", "exception-handling", "handling of exception*", "handling of error*", "handling exception*", "handling error*", "handles exception*", "handles error*", "handle exception*", "handle error*", "handle the exception*", "handles the exception*", "handle potential exception*", "try/except", "try-except", "try/catch", "try-catch", "try block*", "except block*", "catch* exception*", "catch* the exception*", "catch* error*", "exception handler*", "error handler*", "exceptions are handled", "errors are handled", "exceptions are caught", "errors are caught", "exceptions are properly", "is caught", "handles failure*", "handle failure*", "unexpected behavior and system crashes", "checks for conditions"],
  },
  {
    name: "exposure in logs", kind: "exposure", fine: "absence", cwe: [532, 200],
    defects: ["exposure through log*", "exposure in log*", "logs sensitive*", "logging sensitive*", "logging of sensitive*", "sensitive information in log*", "sensitive data in log*", "sensitive * logged", "leak* * log*", "secret* in log*", "password* in log*", "logs the password*", "logs password*", "logs credentials", "password is logged", "passwords are logged", "token is logged", "credentials are logged", "written to the log*", "printed to the log*", "log exposure", "credential* in log*", "token* in log*", "logged in clear", "information * through log*", "writes the password* to", "logs the token", "logs the secret", "inappropriate logging"],
    protections: ["redact*", "masked", "mask_password", "scrubbed"],
  },
  {
    name: "exposure in errors", kind: "exposure", fine: "absence", cwe: [209, 200],
    defects: ["verbose error*", "error message* leak*", "error message* expos*", "error message* reveal*", "error message* disclos*", "stack trace*", "traceback*", "detailed error*", "exception text", "exception message* to", "exception detail*", "internal error detail*", "leak* * error message*", "error message containing", "error messages containing", "error disclosure"],
    protections: ["generic error*"],
  },
  {
    name: "exposure", kind: "exposure", fine: "absence", cwe: [200, 532, 209],
    defects: ["information exposure", "exposure of sensitive*", "sensitive information exposure", "sensitive data exposure", "data exposure", "information leak*", "data leak*", "information disclosure", "expose* sensitive*", "exposing sensitive*", "leak* sensitive*", "leak of sensitive*", "disclos* sensitive*", "reveal* sensitive*", "exposed to unauthori*", "sensitive data *exposed", "sensitive information *exposed", "leak* information", "leaks data", "insecure data handling", "expose* internal*", "expose* confidential*", "reveal* internal*", "data breach*", "returns the password*"],
    protections: ["data protection", "anonymi*"], subjects: ["sensitive data", "sensitive information", "what data is being logged", "confidential*"],
  },
  {
    name: "access control", kind: "missing-access-check", fine: "absence", cwe: [284, 862, 863, 306, 285, 639, 287],
    defects: [
      "improper access control", "broken access control", "broken authori*", "broken authenti*", "missing authenti*", "missing authori*", "unauthenticated", "authorization bypass", "authentication bypass", "auth bypass", "privilege escalation", "escalat* privilege*", 
      "unauthorized access", "unauthorised access", "unauthorized user*", "incorrect permission*", "improper authori*", "improper authenti*", "incorrect authori*", "incorrect access control*", "access controls being applied", "elevat* privilege*", "anyone can", "any user can", "any authenticated user", "any client can", "anonymous user*", "without logging in", "without login", "without being logged in", "without authenti*", "without authori*", "without permission*", "bypass* access control*",
    ],
    protections: [
      "access control*", "authorization", "authorisation", "authentication", "permission check*", "permission*", "access check*", "privilege check*", "authorization check*", "authorisation check*", "authentication check*", "policy check*", "login_required", "login required", "policy enforcement", "role check*", "role-based", "rbac", "access restriction*", "authenticates", "authorizes", "checks that the user", "checks whether the user", "authenticated", "authorized", "login check*",
    ],
  },
  { ...weak("ownership of objects", [639], ["idor", "insecure direct object*", "other users' *", "another user's *", "objects of others", "data of other users"], ["ownership check*", "ownership"]), kind: "missing-access-check" },
  {
    name: "input validation", kind: "missing-validation", fine: "absence", cwe: [20],
    defects: ["improper input validation", "unvalidated", "unsanitized", "unsanitised", "untrusted input", "unchecked input*", "malformed input", "invalid input", "malicious input*", "unfiltered input", "tainted input", "input tampering"],
    protections: ["input validation", "validat*", "sanitiz*", "sanitis*", "input check*", "type check*", "bounds check*", "range check*", "length check*", "input filter*", "schema check*", "checks the type", "verif* the input*", "checks its input", "sanity check*"],
  },
  {
    name: "injection", kind: "injection", fine: "absence", cwe: [74],
    defects: ["injection attack*", "injection vulnerabilit*", "injection flaw*", "injection", "concatenat*", "interpolat*", "string format*", "f-string*", "improper neutralization", "improper neutralisation", "inject*"],
    protections: ["neutraliz*", "escap*", "quoted properly"],
  },
  {
    name: "marked comment", kind: "comment-marker", fine: "comment-marker", cwe: [],
    defects: ["todo", "todos", "fixme*", "xxx comment*", "hack comment*", "commented-out code", "commented out code"],
    protections: [],
  },
  weak("resource control", [664], ["improper control of a resource", "improper control of * resource*"], ["resource control"]),
  weak("interaction", [435], ["improper interaction*"], []),
  weak("control flow", [691], ["insufficient control flow*", "control flow issue*", "infinite loop*", "control-flow *"], ["control flow"]),
  weak("protection mechanism", [693], ["protection mechanism failure*"], ["protection mechanism*", "defense mechanism*", "security mechanism*", "security control*"]),
];

/** Words for any protection at all. */
export const generalProtections: readonly string[] = ["measures", "safeguards", "countermeasure*", "protective mechanism*", "mechanisms", "protections"];

/** Words for any weakness at all. */
export const generalDefects: readonly string[] = [
  "defect*", "issue*", "vulnerabilit*", "flaw*", "weakness*", "problem*", "concern*", "security bug*", "bug*", "risk*", "security hole*", "finding*", "vulnerable", "insecure*", "red flag*", "smell*", "exploitable", "attack vector*",
  "security implication*", "violation*", "leak", "leaks",
];
