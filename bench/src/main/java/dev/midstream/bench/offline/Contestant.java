package dev.midstream.bench.offline;

import java.nio.file.Path;
import java.util.List;

/**
 * A program that makes one capture from another.
 *
 * @param name its name in the table
 * @param command the program and its arguments; {@link #IN} and {@link #OUT} stand for the files
 * @param copies whether its output must equal its input
 */
record Contestant(String name, List<String> command, boolean copies) {
  /** Stands for the input file in a command. */
  static final String IN = "IN";

  /** Stands for the output file in a command. */
  static final String OUT = "OUT";

  /** The command for two files. */
  List<String> commandFor(Path in, Path out) {
    return command.stream()
        .map(word ->
            switch (word) {
              case IN -> in.toString();
              case OUT -> out.toString();
              default -> word;
            })
        .toList();
  }
}
