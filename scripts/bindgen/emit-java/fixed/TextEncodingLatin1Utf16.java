package PACKAGE;

import java.nio.charset.StandardCharsets;

/**
 * Texts in memory: Latin-1, or UTF-16 where the highest bit of the length is set. A lone surrogate
 * becomes U+FFFD in both directions.
 */
final class TextEncoding {
  private static final int UTF16 = 1 << 31;

  private TextEncoding() {}

  static long lower(ComponentInstance guest, String text) {
    int length = text.length();
    byte[] bytes = isLatin1(text) ? text.getBytes(StandardCharsets.ISO_8859_1) : utf16(text);
    int pointer = guest.allocate(bytes.length, 2);
    guest.memory.write(pointer, bytes);
    return ComponentInstance.span(pointer, bytes.length == length ? length : length | UTF16);
  }

  static String lift(ComponentInstance guest, long span) {
    int length = (int) (span >>> 32);
    long size = length < 0 ? (length & ~UTF16) * 2L : length;
    int pointer = guest.at((int) span, size, 2);
    byte[] bytes = guest.memory.readBytes(pointer, (int) size);
    if (length >= 0) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    char[] units = new char[bytes.length / 2];
    for (int i = 0; i < units.length; i++) {
      units[i] = (char) (bytes[2 * i] & 0xff | bytes[2 * i + 1] << 8);
    }
    return new String(wellFormed(units));
  }

  private static boolean isLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }

  private static byte[] utf16(String text) {
    char[] units = wellFormed(text.toCharArray());
    byte[] bytes = new byte[units.length * 2];
    for (int i = 0; i < units.length; i++) {
      bytes[2 * i] = (byte) units[i];
      bytes[2 * i + 1] = (byte) (units[i] >>> 8);
    }
    return bytes;
  }

  private static char[] wellFormed(char[] units) {
    for (int i = 0; i < units.length; i++) {
      if (Character.isSurrogate(units[i])) {
        if (Character.isSurrogatePair(units[i], i + 1 < units.length ? units[i + 1] : 0)) {
          i++;
        } else {
          units[i] = '\ufffd';
        }
      }
    }
    return units;
  }
}
