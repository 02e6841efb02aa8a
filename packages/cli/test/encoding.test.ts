import { describe, expect, it } from "vitest";
import { decodeBytes } from "../src/files/encoding.ts";

describe("decodeBytes", () => {
  it.each([
    ["utf-8", [0xc3, 0xa9], "é"], ["UTF_8", [0xc3, 0xa9], "é"], ["utf8", [0xff], "\ufffd"], ["latin-1", [0xe9, 0x80], "é\u0080"],
    ["ISO_8859_1", [0xe9], "é"], ["iso8859-15", [0xa4], "€"], ["latin9", [0xa4], "€"], ["cp1252", [0x80], "€"], ["koi8_r", [0xc1], "а"],
    ["euc_jp", [0xa4, 0xa2], "あ"], ["shift_jis", [0x82, 0xa0], "あ"], ["gb18030", [0xc4, 0xe3], "你"], ["big5", [0xa7, 0x41], "你"],
    ["mac_roman", [0x8e], "é"], ["ascii", [0x41], "A"], ["utf-16", [0xff, 0xfe, 0x41, 0], "A"], ["cp932", [0x82, 0xa0], "あ"],
  ])("%s", (label, bytes, text) => {
    expect(decodeBytes(Uint8Array.from(bytes), label)).toBe(text);
  });

  it("does not know what nobody knows", () => {
    expect(decodeBytes(new Uint8Array(), "klingon")).toBeUndefined();
    expect(decodeBytes(new Uint8Array(), "__proto__")).toBeUndefined();
  });
});
