package PACKAGE;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Texts in memory: UTF-8. A lone surrogate, for which it has no bytes, becomes U+FFFD. */
final class TextEncoding {
  private TextEncoding() {}

  static long lower(ComponentInstance guest, String text) {
    byte[] bytes = wellFormed(text).getBytes(StandardCharsets.UTF_8);
    int pointer = guest.allocate(bytes.length, 1);
    guest.memory.write(pointer, bytes);
    return ComponentInstance.span(pointer, bytes.length);
  }

  static String lift(ComponentInstance guest, long span) {
    long size = span >>> 32;
    int pointer = guest.at((int) span, size, 1);
    byte[] bytes = guest.memory.readBytes(pointer, (int) size);
    String text = new String(bytes, StandardCharsets.UTF_8);
    // what is wrong has become U+FFFD, which may also be there by right
    return text.indexOf('\ufffd') < 0 ? text : strict(bytes);
  }

  private static String strict(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new TrapException("the component gave a text that is no UTF-8", e);
    }
  }

  private static String wellFormed(String text) {
    StringBuilder units = null;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        if (Character.isSurrogatePair(unit, i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          i++;
        } else {
          units = units == null ? new StringBuilder(text) : units;
          units.setCharAt(i, '\ufffd');
        }
      }
    }
    return units == null ? text : units.toString();
  }
}
