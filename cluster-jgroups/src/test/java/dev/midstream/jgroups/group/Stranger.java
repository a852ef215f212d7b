package dev.midstream.jgroups.group;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/** A peer that shows any certificate and trusts every one. */
final class Stranger {
  private final SSLContext context;

  /** A stranger with NAME.pem and NAME.key. */
  Stranger(Path directory, String name) throws Exception {
    try (InputStream in = Files.newInputStream(directory.resolve(name + ".pem"))) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      Showing showing = new Showing(certificate, key(directory.resolve(name + ".key")));
      context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[] {showing}, new TrustManager[] {new Trusting()}, null);
    }
  }

  private static PrivateKey key(Path file) throws Exception {
    String text =
        Files.readString(file, StandardCharsets.US_ASCII).replaceAll("-----[^-]*-----", "");
    byte[] octets = Base64.getMimeDecoder().decode(text);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(octets));
  }

  /** Connects to a port of this machine, and shakes hands. */
  SSLSocket connect(int port) throws Exception {
    return connect(port, parameters -> {});
  }

  /** The same with parameters of its own. */
  SSLSocket connect(int port, Consumer<SSLParameters> change) throws Exception {
    Socket raw = new Socket(InetAddress.getLoopbackAddress(), port);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(raw, "127.0.0.1", port, true);
    socket.setSoTimeout(10_000);
    SSLParameters parameters = socket.getSSLParameters();
    change.accept(parameters);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Listens at a port of this machine. */
  SSLServerSocket listen(int port) throws Exception {
    return (SSLServerSocket)
        context
            .getServerSocketFactory()
            .createServerSocket(port, 5, InetAddress.getLoopbackAddress());
  }

  /** Trusts all. */
  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] path, String type) {
      // everything is right
    }

    @Override
    public void checkServerTrusted(X509Certificate[] path, String type) {
      // everything is right
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Shows its certificate, whatever authorities the other side names. */
  private static final class Showing extends X509ExtendedKeyManager {
    private final X509Certificate certificate;
    private final PrivateKey key;

    Showing(X509Certificate certificate, PrivateKey key) {
      this.certificate = certificate;
      this.key = key;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {"x"};
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return "x";
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return new String[] {"x"};
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return "x";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }
}
