package dev.midstream.engines.redirect;

import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.wire.bucket.BucketKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The keys that the members of a cluster derive from its secret (HKDF with SHA-256, RFC 5869). No
 * key tells anything about another one.
 *
 * <p>Immutable. Any thread may derive.
 */
public final class ClusterKeys {
  private static final String HKDF = "HKDF-SHA256";
  private static final String CIPHER = "AES";
  static final String MAC = "HmacSHA256";
  private static final int CIPHER_KEY_BYTES = 16;
  private static final byte[] BUCKETS = text("midstream 1 buckets");
  private static final byte[] REDIRECT = text("midstream 1 redirect");
  private static final byte[] PROBES = text("midstream 1 probes");
  private static final int MAC_KEY_BYTES = 32;

  /** The octets of a life in {@link #put}. */
  static final int NODE_BYTES = 8 + 8 + 4 + 16;

  private final byte[] octets;

  /** The keys of a cluster. */
  public ClusterKeys(Secret secret) {
    octets = secret.octets();
  }

  /** The key of the hash by which all members assign packets to buckets. */
  public BucketKey bucketKey() {
    try {
      ByteBuffer key =
          ByteBuffer.wrap(KDF.getInstance(HKDF).deriveData(expansion(BUCKETS, 5 * Integer.BYTES)));
      return new BucketKey(key.getInt(), key.getInt(), key.getInt(), key.getInt(), key.getInt());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The key of the datagrams that {@code sender} sends to {@code receiver} about buckets with the
   * epoch {@code epoch}. Each life of a node has keys of its own.
   */
  SecretKey redirectKey(long epoch, NodeId sender, NodeId receiver) {
    ByteBuffer info =
        ByteBuffer.allocate(REDIRECT.length + Long.BYTES + 2 * NODE_BYTES)
            .put(REDIRECT)
            .putLong(epoch);
    put(info, sender);
    put(info, receiver);
    try {
      return KDF.getInstance(HKDF).deriveKey(CIPHER, expansion(info.array(), CIPHER_KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key of the codes that authenticate probes of interfaces. */
  SecretKey probeKey() {
    try {
      return KDF.getInstance(HKDF).deriveKey(MAC, expansion(PROBES, MAC_KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private HKDFParameterSpec expansion(byte[] info, int bytes) {
    return HKDFParameterSpec.ofExtract().addIKM(octets).thenExpand(info, bytes);
  }

  static void put(ByteBuffer info, NodeId node) {
    NodeAddress address = node.address();
    info.putLong(address.high()).putLong(address.low()).putInt(address.port());
    info.putLong(node.incarnation().getMostSignificantBits());
    info.putLong(node.incarnation().getLeastSignificantBits());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
