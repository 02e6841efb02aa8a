/** Text from bytes, by any label that a Python source may declare: WHATWG names and Python's own codec names. */
import { TextDecoder } from "node:util";

/** Python codec names (lower case, `-` for `_`) whose WHATWG name differs. Others are tried as they are. */
const whatwgNames: Readonly<Record<string, string>> = {
  "utf8": "utf-8", "u8": "utf-8", "utf": "utf-8", "utf-8-sig": "utf-8", "cp65001": "utf-8", "utf8-ucs2": "utf-8", "utf8-ucs4": "utf-8",
  "utf-16": "utf-16le", "u16": "utf-16le", "utf16": "utf-16le", "utf-16-le": "utf-16le", "utf-16-be": "utf-16be",
  "cp1250": "windows-1250", "cp1251": "windows-1251", "cp1253": "windows-1253",
  "cp1254": "windows-1254", "cp1255": "windows-1255", "cp1256": "windows-1256", "cp1257": "windows-1257",
  "cp1258": "windows-1258", "cp866": "ibm866", "cp874": "windows-874", "cp932": "shift_jis", "cp936": "gbk",
  "cp949": "euc-kr", "cp950": "big5", "ms932": "shift_jis", "mskanji": "shift_jis", "ms-kanji": "shift_jis", "ms949": "euc-kr",
  "ms936": "gbk", "ms950": "big5", "uhc": "euc-kr", "shift-jis": "shift_jis", "shiftjis": "shift_jis", "sjis": "shift_jis",
  "s-jis": "shift_jis", "shift-jis-2004": "shift_jis", "shift-jisx0213": "shift_jis", "eucjp": "euc-jp", "ujis": "euc-jp",
  "u-jis": "euc-jp", "euckr": "euc-kr", "korean": "euc-kr", "big5-tw": "big5", "big5-hkscs": "big5-hkscs",
  "hkscs": "big5-hkscs", "gb2312-1980": "gb2312", "euccn": "gb2312", "euc-cn": "gb2312", "eucgb2312-cn": "gb2312", "gb18030-2000": "gb18030",
  "iso2022-jp": "iso-2022-jp", "iso-2022-jp": "iso-2022-jp", "koi8-r": "koi8-r", "koi8-u": "koi8-u",
  "mac-roman": "macintosh", "macroman": "macintosh", "mac-cyrillic": "x-mac-cyrillic", "maccyrillic": "x-mac-cyrillic",
  "tis620": "windows-874", "tis-620-0": "windows-874", "iso-ir-166": "windows-874",
};

/** Names of the two encodings whose bytes are the code points themselves; WHATWG would read them as windows-1252. */
const byteForByte = new Set([
  "latin-1", "latin1", "latin", "l1", "iso-8859-1", "iso8859-1", "8859", "cp819", "iso-ir-100",
  "ascii", "us-ascii", "646", "iso646-us", "iso-646.irv-1991", "ansi-x3.4-1968", "ansi-x3.4-1986", "cp367", "us",
]);

const windows1252 = new Set(["windows-1252", "cp1252", "1252", "x-cp1252", "ansi"]);

/** What windows-1252 has at 0x80 to 0x9f. Some Nodes decode it as Latin-1, so it is done here. */
const windows1252High = "\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178";

/** Decodes bytes; bad ones become U+FFFD. Returns `undefined` if the label is unknown. */
export function decodeBytes(bytes: Uint8Array, label: string): string | undefined {
  const name = label.trim().toLowerCase().replace(/_/g, "-");
  if (byteForByte.has(name)) return latin1(bytes);
  if (windows1252.has(name)) return latin1(bytes).replace(/[\u0080-\u009f]/g, (control) => windows1252High[control.charCodeAt(0) - 0x80]);
  const decoder = decoderOf(name);
  return decoder?.decode(bytes);
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

const decoders = new Map<string, TextDecoder | undefined>();

function decoderOf(name: string): TextDecoder | undefined {
  if (decoders.has(name)) return decoders.get(name);
  let decoder: TextDecoder | undefined;
  for (const candidate of [whatwgNames[name], isoName(name), name]) {
    if (candidate === undefined || decoder !== undefined) continue;
    try {
      // The caller has removed the byte-order mark of a source; inside text U+FEFF is a character like any other.
      decoder = new TextDecoder(candidate, { ignoreBOM: name !== "utf-8-sig" && !name.startsWith("utf-16") });
    } catch {
      // Not a name that this Node knows; the next spelling may be.
    }
  }
  decoders.set(name, decoder);
  return decoder;
}

/** `iso8859-15`, `iso-8859-15`, `iso8859-15-1998` and `latin9` are one name. */
function isoName(name: string): string | undefined {
  const iso = /^(?:iso-?)?8859-([0-9]{1,2})(?:-[0-9:-]+)?$/.exec(name);
  if (iso !== null) return `iso-8859-${iso[1]}`;
  const latin = /^(?:latin-?|l)(10|[2-9])$/.exec(name);
  const parts: Readonly<Record<string, string>> = { "2": "2", "3": "3", "4": "4", "5": "9", "6": "10", "7": "13", "8": "14", "9": "15", "10": "16" };
  return latin === null ? undefined : `iso-8859-${parts[latin[1]]}`;
}
