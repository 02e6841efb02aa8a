/** The style sheet of the page, and its digest for the content-security policy; a test keeps the two together. */

export const pageStyle =
  ":root{color-scheme:light dark}" +
  "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:90rem;padding:1rem 1.5rem;background:#fff;color:#1a1a1a}" +
  "table{border-collapse:collapse;width:100%}th,td{border-top:1px solid #767676;padding:.5rem .75rem;text-align:left;vertical-align:top}" +
  "td p,td ul{margin:.15rem 0 .4rem}ul{padding-left:1.2rem}" +
  "code{font:.85em ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}" +
  ".confirmed{color:#9c1c1c}.refuted{color:#1a6330}.unsupported{color:#7a4b00}.out-of-scope{color:#505050}" +
  "@media (prefers-color-scheme:dark){body{background:#16181c;color:#e8e8e8}.confirmed{color:#ff9d94}.refuted{color:#7fd699}.unsupported{color:#f0c277}.out-of-scope{color:#b8b8b8}}" +
  "@media (max-width:50rem){table,thead,tbody,tr,td,tbody th{display:block}thead{position:absolute;left:-999rem}}" +
  "@media print{body{max-width:none}tr{break-inside:avoid}}";

/** SHA-256 of {@link pageStyle}, in base 64. */
export const pageStyleDigest = "cG8VBOrZR+gUzA9eyTaB1u6Ps6SHSogFdvrQlXCEfAM=";
