package dev.midstream.ca;

import dev.midstream.ca.AuthorityException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The authority of a cluster, in a directory of its own: {@code ca.pem} and {@code ca.key}, and the
 * signer of code, {@code signer.pem} and {@code signer.key}. Keys are P-256; files with keys belong
 * to their owner alone (mode 600), the directory too (mode 700). Nothing is ever overwritten.
 *
 * <p>Not thread-safe.
 */
public final class Authority {
  /** How long the authority's own certificate is valid: 10 years. */
  public static final Duration AUTHORITY_DURATION = Duration.ofDays(3_650);

  /** How long other certificates are valid, unless another time is given: 825 days. */
  public static final Duration DEFAULT_DURATION = Duration.ofDays(825);

  /* What fits into a label of a domain name, and into a name of a file. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
  private static final String AUTHORITY = "ca";
  private static final String SIGNER = "signer";

  private final Path directory;
  private final Identity identity;
  private final Identity signer;

  private Authority(Path directory, Identity identity, Identity signer) {
    this.directory = directory;
    this.identity = identity;
    this.signer = signer;
  }

  /**
   * Makes a new authority.
   *
   * @param directory made if it is missing
   * @param cluster the name in the authority's certificate
   * @throws AuthorityException if the directory has an authority, or cannot be written
   */
  public static Authority init(Path directory, String cluster, Instant now)
      throws AuthorityException {
    checkName(cluster);
    OwnedFiles files = OwnedFiles.in(directory);
    files.checkAbsent(AUTHORITY, SIGNER);
    Identity identity =
        new Issuer(null)
            .issue(Issuer.Use.AUTHORITY, cluster + " authority", now, AUTHORITY_DURATION);
    Identity signer =
        new Issuer(identity).issue(Issuer.Use.CODE, cluster + " signer", now, AUTHORITY_DURATION);
    files.write(AUTHORITY, identity);
    files.write(SIGNER, signer);
    return new Authority(directory, identity, signer);
  }

  /**
   * The authority in a directory.
   *
   * @throws AuthorityException if there is none, or it cannot be read
   */
  public static Authority open(Path directory) throws AuthorityException {
    return new Authority(
        directory, Identity.read(directory, AUTHORITY), Identity.read(directory, SIGNER));
  }

  /**
   * Issues the certificate of a node: {@code NAME.pem} and {@code NAME.key}.
   *
   * @param name the name of the node: letters, digits, dots, hyphens and underscores, up to 63
   * @param files where the files are made
   * @return the two files
   * @throws AuthorityException if the name is none, or a file of it exists, or the authority's own
   *     certificate does not last
   */
  public List<Path> issue(String name, Path files, Instant now, Duration validity)
      throws AuthorityException {
    checkName(name);
    if (name.equals(AUTHORITY) || name.equals(SIGNER)) {
      throw new AuthorityException(Problem.NAME, "the name is the authority's own: name=" + name);
    }
    checkValid(identity, now, validity);
    OwnedFiles target = OwnedFiles.in(files);
    target.checkAbsent(name);
    return target.write(name, new Issuer(identity).issue(Issuer.Use.NODE, name, now, validity));
  }

  private void checkValid(Identity needed, Instant now, Duration validity)
      throws AuthorityException {
    Instant end = needed.certificate().getNotAfter().toInstant();
    if (now.plus(validity).isAfter(end)
        || now.isBefore(needed.certificate().getNotBefore().toInstant())) {
      String whose = needed.equals(signer) ? "signer" : "authority";
      throw new AuthorityException(
          Problem.VALIDITY,
          directory + ": the certificate of the " + whose + " is not valid that long, end=" + end);
    }
  }

  /**
   * Signs a file. A jar gets the signature inside, anything else a file {@code FILE.p7s} beside it
   * (CMS, RFC 5652, detached).
   *
   * @return the file that has the signature
   * @throws AuthorityException if the file cannot be read, or the signature cannot be written, or
   *     the signer's certificate is not valid
   */
  public Path sign(Path file, Instant now) throws AuthorityException {
    checkValid(signer, now, Duration.ZERO);
    if (!Files.isRegularFile(file)) {
      throw new AuthorityException(Problem.FILE, file + ": no such file");
    }
    try {
      return isJar(file)
          ? new Signing(signer, identity).signJar(file)
          : new Signing(signer, identity).signDetached(file);
    } catch (IOException e) {
      throw new AuthorityException(
          AuthorityException.problemOf(e), file + ": cannot be signed, error=" + e, e);
    }
  }

  private static boolean isJar(Path file) {
    return file.toString().endsWith(".jar");
  }

  private static void checkName(String name) throws AuthorityException {
    if (!NAME.matcher(name).matches()) {
      throw new AuthorityException(
          Problem.NAME,
          "letters, digits, dots, hyphens and underscores make a name, 63 at most: name=" + name);
    }
  }
}
