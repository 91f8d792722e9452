package PACKAGE;

/** Texts in memory: UTF-16, where a lone surrogate becomes U+FFFD in both directions. */
final class TextEncoding {
  private TextEncoding() {}

  static long lower(ComponentInstance guest, String text) {
    int length = text.length();
    byte[] bytes = new byte[length * 2];
    for (int i = 0; i < length; i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit) && !isPaired(text, i)) {
        unit = '\ufffd';
      }
      bytes[2 * i] = (byte) unit;
      bytes[2 * i + 1] = (byte) (unit >>> 8);
    }
    int pointer = guest.allocate(bytes.length, 2);
    guest.memory.write(pointer, bytes);
    return ComponentInstance.span(pointer, length);
  }

  static String lift(ComponentInstance guest, long span) {
    long size = (span >>> 32) * 2;
    int pointer = guest.at((int) span, size, 2);
    byte[] bytes = guest.memory.readBytes(pointer, (int) size);
    char[] units = new char[bytes.length / 2];
    boolean surrogates = false;
    for (int i = 0; i < units.length; i++) {
      char unit = (char) (bytes[2 * i] & 0xff | bytes[2 * i + 1] << 8);
      surrogates |= Character.isSurrogate(unit);
      units[i] = unit;
    }
    String text = new String(units);
    return surrogates ? wellFormed(text) : text;
  }

  private static String wellFormed(String text) {
    StringBuilder units = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && !isPaired(text, i)) {
        units.setCharAt(i, '\ufffd');
      }
    }
    return units.toString();
  }

  private static boolean isPaired(String text, int i) {
    if (Character.isHighSurrogate(text.charAt(i))) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
