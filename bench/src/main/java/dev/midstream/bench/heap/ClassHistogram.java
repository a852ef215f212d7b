package dev.midstream.bench.heap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The live objects of each class, as the JVM's {@code GC.class_histogram} counts them. The text is
 * kept outside of the heap, which is being measured.
 */
final class ClassHistogram {
  private static final Pattern LINE = Pattern.compile("(?m)^ *\\d+: +(\\d+) +(\\d+) +(.+)$");

  /**
   * The objects of one class.
   *
   * @param name the class as the JVM writes it: {@code [B} is an array of bytes
   * @param objects their number
   * @param bytes their octets, headers and padding included
   */
  record Entry(String name, long objects, long bytes) {
    private Entry minus(Entry other) {
      return new Entry(name, objects - other.objects, bytes - other.bytes);
    }
  }

  private final MemorySegment text;

  private ClassHistogram(MemorySegment text) {
    this.text = text;
  }

  /** Collects and counts. */
  static ClassHistogram take() throws JMException {
    Object text =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    return new ClassHistogram(Arena.global().allocateFrom((String) text));
  }

  /** The growth of each class since {@code before}, the largest growth in octets first. */
  List<Entry> since(ClassHistogram before) {
    Map<String, Entry> known = before.entries();
    return entries().values().stream()
        .map(entry -> entry.minus(known.getOrDefault(entry.name(), new Entry("", 0, 0))))
        .sorted(Comparator.comparingLong(Entry::bytes).reversed())
        .toList();
  }

  /** Classes of different loaders may have one name; their objects are added up. */
  private Map<String, Entry> entries() {
    Map<String, Entry> entries = new HashMap<>();
    Matcher line = LINE.matcher(text.getString(0));
    while (line.find()) {
      Entry entry =
          new Entry(line.group(3), Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
      entries.merge(
          entry.name(),
          entry,
          (a, b) -> new Entry(a.name(), a.objects() + b.objects(), a.bytes() + b.bytes()));
    }
    return entries;
  }
}
