package dev.midstream.agents.http;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.framing.FieldLine;
import dev.midstream.agent.framing.StrictLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a message, or its trailers: a first line and fields. Valid only as long as its view.
 *
 * @param view the octets
 * @param start the start of the head
 * @param fieldsStart after the first line
 * @param end after the empty line
 * @param fields the fields in their order; as far as {@code flaw}
 * @param flaw what is wrong with the fields; null if nothing is
 */
record Head(
    OctetView view, int start, int fieldsStart, int end, List<Field> fields, @Nullable Flaw flaw) {
  private static final List<Octets> FRAMING =
      List.of(Names.CONTENT_LENGTH, Names.TRANSFER_ENCODING, Names.HOST);

  /** The head [start, end), whose lines are strict; the first line is not looked at. */
  static Head of(OctetView view, int start, int end, int maxFields) {
    int lineEnd = StrictLine.end(view, start, end - start);
    return ofFields(view, start, lineEnd, end, maxFields);
  }

  /** Trailers [start, end), whose lines are strict. */
  static Head ofTrailers(OctetView view, int start, int end, int maxFields) {
    return ofFields(view, start, start, end, maxFields);
  }

  private static Head ofFields(OctetView view, int start, int from, int end, int maxFields) {
    List<Field> fields = new ArrayList<>();
    int at = from;
    Flaw flaw = null;
    while (at < end - 2 && flaw == null) {
      int lineEnd = StrictLine.end(view, at, end - at);
      flaw = fields.size() == maxFields ? Flaw.HEADER_FIELDS : flawOf(view, at, lineEnd - 2);
      if (flaw == null) {
        fields.add(field(view, at, lineEnd));
      }
      at = lineEnd;
    }
    return new Head(view, start, from, end, fields, flaw);
  }

  private static @Nullable Flaw flawOf(OctetView view, int at, int textEnd) {
    if (FieldLine.isContinuation(view, at, textEnd)) {
      return Flaw.OBS_FOLD;
    }
    int nameEnd = FieldLine.nameEnd(view, at, textEnd);
    if (nameEnd < 0) {
      return flawOfName(view, at, textEnd);
    }
    for (int i = nameEnd; i < textEnd; i++) {
      byte octet = view.at(i);
      if ((octet >= 0 && octet < ' ' && octet != '\t') || octet == 0x7f) {
        return Flaw.CONTROL_CHARACTER;
      }
    }
    return isLookalike(view, at, nameEnd) ? Flaw.LOOKALIKE_FIELD : null;
  }

  private static Flaw flawOfName(OctetView view, int at, int textEnd) {
    int colon = view.indexOf((byte) ':', at, textEnd);
    if (colon < textEnd && colon > at && isBlank(view.at(colon - 1))) {
      return Flaw.SPACE_BEFORE_COLON;
    }
    return Flaw.FIELD_NAME;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  /** Whether a gateway that reads underscores as hyphens would read another name. */
  private static boolean isLookalike(OctetView view, int start, int nameEnd) {
    if (view.indexOf((byte) '_', start, nameEnd) == nameEnd) {
      return false;
    }
    String name = view.latin1(start, nameEnd - start).toLowerCase(Locale.ROOT).replace('_', '-');
    return FRAMING.contains(Octets.ofLatin1(name));
  }

  private static Field field(OctetView view, int at, int lineEnd) {
    int textEnd = lineEnd - 2;
    int nameEnd = FieldLine.nameEnd(view, at, textEnd);
    int valueStart = FieldLine.valueStart(view, nameEnd, textEnd);
    int valueEnd = FieldLine.valueEnd(view, valueStart, textEnd);
    return new Field(at, nameEnd, valueStart, valueEnd, lineEnd);
  }

  /** The first line without its CR LF. */
  String line() {
    return view.latin1(start, fieldsStart - 2 - start);
  }

  /** Whether {@code field} has a name, which is in lower case. */
  boolean is(Field field, Octets lowerCase) {
    return view.matches(field.start(), field.nameEnd() - field.start(), lowerCase);
  }

  String name(Field field) {
    return view.latin1(field.start(), field.nameEnd() - field.start());
  }

  String value(Field field) {
    return view.latin1(field.valueStart(), field.valueEnd() - field.valueStart());
  }

  int count(Octets name) {
    int count = 0;
    for (Field field : fields) {
      count += is(field, name) ? 1 : 0;
    }
    return count;
  }

  /** The value of the first field of a name; null if there is none. */
  @Nullable String first(Octets name) {
    for (Field field : fields) {
      if (is(field, name)) {
        return value(field);
      }
    }
    return null;
  }

  /** The members of a list of tokens, in lower case, over all fields of a name. */
  List<String> tokens(Octets name) {
    List<String> tokens = new ArrayList<>();
    for (Field field : fields) {
      if (is(field, name)) {
        for (String token : value(field).split(",", -1)) {
          tokens.add(token.strip().toLowerCase(Locale.ROOT));
        }
      }
    }
    return tokens;
  }

  /** Whether Connection names a field that frames or routes the message. */
  boolean connectionNamesFraming() {
    for (String option : tokens(Names.CONNECTION)) {
      if (Names.isForbiddenOption(option)) {
        return true;
      }
    }
    return false;
  }
}
