package dev.midstream.engines.redirect;

import static dev.midstream.engines.redirect.Nodes.A;
import static dev.midstream.engines.redirect.Nodes.B;
import static dev.midstream.engines.redirect.Nodes.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.wire.bucket.BucketKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterKeysTest {
  private static final long EPOCH = 7L << 32 | 3 << 22 | 5;

  @Test
  @DisplayName("LD-9 keys are HKDF with SHA-256 of the secret, as RFC 5869 says")
  void derivesAsTheRfcSays() throws GeneralSecurityException {
    byte[] secret = new byte[Secret.BYTES];
    secret[0] = 1;
    byte[] buckets = hkdf(secret, "midstream 1 buckets".getBytes(StandardCharsets.US_ASCII), 20);
    ByteBuffer words = ByteBuffer.wrap(buckets);
    assertThat(KEYS.bucketKey())
        .isEqualTo(
            new BucketKey(
                words.getInt(), words.getInt(), words.getInt(), words.getInt(), words.getInt()));

    ByteBuffer info = ByteBuffer.allocate(100);
    info.put("midstream 1 redirect".getBytes(StandardCharsets.US_ASCII)).putLong(EPOCH);
    for (NodeId node : List.of(A, B)) {
      info.putLong(node.address().high()).putLong(node.address().low());
      info.putInt(node.address().port());
      info.putLong(node.incarnation().getMostSignificantBits());
      info.putLong(node.incarnation().getLeastSignificantBits());
    }
    byte[] octets = Arrays.copyOf(info.array(), info.position());
    assertThat(KEYS.redirectKey(EPOCH, A, B).getEncoded()).isEqualTo(hkdf(secret, octets, 16));
  }

  @Test
  @DisplayName("LD-9 another epoch, node, life, direction or secret has another key")
  void derivesOtherKeys() {
    Stream<SecretKey> keys =
        Stream.of(
            KEYS.redirectKey(EPOCH, A, B),
            KEYS.redirectKey(EPOCH + 1, A, B),
            KEYS.redirectKey(EPOCH, B, A),
            KEYS.redirectKey(EPOCH, A, Nodes.C),
            KEYS.redirectKey(EPOCH, A, Nodes.node(2, 5)),
            KEYS.redirectKey(EPOCH, Nodes.node(1, 5), B),
            KEYS.redirectKey(EPOCH, Nodes.node(9, 0x1111_1111_1111_4111L), B),
            Nodes.keys(2).redirectKey(EPOCH, A, B));
    assertThat(keys.map(key -> HexFormat.of().formatHex(key.getEncoded())))
        .doesNotHaveDuplicates()
        .hasSize(8);
    assertThat(KEYS.bucketKey()).isNotEqualTo(Nodes.keys(2).bucketKey());
  }

  /** RFC 5869 without a salt, for at most 32 octets. */
  private static byte[] hkdf(byte[] secret, byte[] info, int bytes)
      throws GeneralSecurityException {
    byte[] extracted = hmac(new byte[32], secret);
    byte[] block = Arrays.copyOf(info, info.length + 1);
    block[info.length] = 1;
    return Arrays.copyOf(hmac(extracted, block), bytes);
  }

  private static byte[] hmac(byte[] key, byte[] octets) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(octets);
  }
}
