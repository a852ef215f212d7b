package dev.midstream.gateway.output;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What an operator reads about a file that cannot be read or written. */
public final class FileErrors {
  private FileErrors() {}

  /**
   * Why it failed, without the name of the file. A failure that is not one of input or output, or
   * that says nothing, is named by its class.
   */
  public static String reason(Throwable failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      case IOException io when io.getMessage() != null -> io.getMessage();
      default -> failure.toString();
    };
  }
}
