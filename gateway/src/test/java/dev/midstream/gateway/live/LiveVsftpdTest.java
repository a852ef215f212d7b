package dev.midstream.gateway.live;

/** The tests with vsftpd. */
final class LiveVsftpdTest extends LiveFtpTests {
  LiveVsftpdTest() {
    super(FtpServer.Kind.VSFTPD);
  }
}
