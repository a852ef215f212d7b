package dev.midstream.agents.smtp;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Where in a message (RFC 5322, 2045, 2046) a text is that is edited.
 *
 * @param marks what is so
 * @param field the field that is collected
 * @param type what was collected of Content-Type in the header that was begun last
 * @param encoding the same of Content-Transfer-Encoding
 * @param boundaries those of the multiparts that have begun, the outermost first
 */
record Message(
    Set<Mark> marks, Field field, String type, String encoding, List<String> boundaries) {
  static final Message NONE =
      new Message(EnumSet.of(Mark.HEADER, Mark.TOP), Field.NONE, "", "", List.of());

  private static final List<Field> FIELDS = List.of(Field.values());
  private static final List<Mark> MARKS = List.of(Mark.values());

  /** What is so in a message. The list may only grow at its end. */
  enum Mark {
    /** A line of the text was decided. */
    BEGUN,
    /** The next line is one of a header. */
    HEADER,
    /** That header is the one of the message, not of a part. */
    TOP,
    /** Lines that continue a field are deleted with it. */
    DELETING,
    /** The body is text without an encoding. */
    EDITABLE,
    /** The last line ended with LF alone: a dot at the start of the next one is not stuffing. */
    SOFT,
    SIGNED,
    EDITED,
    /** A change that breaks a signature. */
    BROKEN,
    /** A text part was left alone because it is encoded. */
    ENCODED,
    /** A line was longer than may be held. */
    LONG,
    /** Parts were left alone because they lie too deep. */
    DEEP,
    /** A field was longer than may be remembered. */
    CUT
  }

  /** Fields that are collected. The list may only grow at its end. */
  enum Field {
    NONE,
    TYPE,
    ENCODING
  }

  Message {
    marks = Set.copyOf(marks);
    boundaries = List.copyOf(boundaries);
  }

  void write(StateWriter out) {
    out.number(marks.size());
    for (Mark mark : MARKS) {
      if (marks.contains(mark)) {
        out.choice(mark, MARKS);
      }
    }
    out.choice(field, FIELDS).text(type).text(encoding).number(boundaries.size());
    boundaries.forEach(out::text);
  }

  static Message read(StateReader in) {
    int size = in.number(MARKS.size());
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    for (int i = 0; i < size; i++) {
      marks.add(in.choice(MARKS));
    }
    Field field = in.choice(FIELDS);
    String type = in.text(2 * MessageLimits.MAX_FIELD);
    String encoding = in.text(2 * MessageLimits.MAX_FIELD);
    int depth = in.number(MessageLimits.MAX_DEPTH);
    List<String> boundaries = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      boundaries.add(in.text(2 * MediaType.MAX_BOUNDARY));
    }
    return new Message(marks, field, type, encoding, boundaries);
  }
}
