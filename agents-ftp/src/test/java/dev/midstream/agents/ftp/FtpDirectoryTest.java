package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.GREETING;
import static dev.midstream.agents.ftp.FtpPlaybook.greeted;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The working directory, followed through each command that may change it. */
class FtpDirectoryTest {
  private static final String SETTINGS = "paths.allow: /pub, paths.home: /pub";
  private static final String LOGIN = "USER a\r\n";
  private static final String LOGGED_IN = GREETING + "230 in\r\n";
  private static final String NO_PATH = "550 Permission denied.\r\n";

  @ParameterizedTest
  @CsvSource({
    "CWD x, 250 there, ../a, ../../a",
    "XCWD x, 250 there, ../a, ../../a",
    "CWD /pub/x/y, 200 there, ../../a, ../../../a",
    "CDUP, 200 up, pub/a, a",
    "XCUP, 250 up, pub/a, a",
    "CDUP, 550 no, a, ../a",
    "PWD, 257 \"/\" here, pub/a, a",
    "XPWD, 257 \"/pub/x\"\"y\" here, ../a, ../../a"
  })
  @DisplayName("OWN-3 every spelling of a change of the directory is followed")
  void follows(String command, String reply, String inside, String outside) {
    greeted(SETTINGS)
        .clientSends(LOGIN + command + "\r\n")
        .serverSends("230 in\r\n")
        .serverSends(reply + "\r\n")
        .clientSends("RETR " + inside + "\r\nRETR " + outside + "\r\n")
        .serverSends("226 done\r\n")
        .serverSendsWhenMonitored("226 done\r\n")
        .serverGets(LOGIN + command + "\r\nRETR " + inside + "\r\n")
        .clientGets(LOGGED_IN + reply + "\r\n226 done\r\n" + NO_PATH)
        .play();
  }

  @Test
  @DisplayName("OWN-3 after REIN and before the next login the directory is not known")
  void reinitializes() {
    greeted(SETTINGS)
        .clientSends(LOGIN + "REIN\r\nRETR a\r\n")
        .serverSends("230 in\r\n")
        .serverSends("220 again\r\n")
        .serverSendsWhenMonitored("530 no\r\n")
        .clientSends(LOGIN + "RETR a\r\n")
        .serverSends("230 in\r\n")
        .serverSends("226 done\r\n")
        .serverGets(LOGIN + "REIN\r\n" + LOGIN + "RETR a\r\n")
        .clientGets(LOGGED_IN + "220 again\r\n" + NO_PATH + "230 in\r\n226 done\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 another user begins in the directory after the login")
  void changesUser() {
    greeted(SETTINGS)
        .clientSends(LOGIN + "CWD x\r\nUSER b\r\nPASS c\r\nRETR ../a\r\nRETR a\r\n")
        .serverSends("230 in\r\n")
        .serverSends("250 there\r\n")
        .serverSends("331 password\r\n")
        .serverSends("230 in\r\n")
        .serverSendsWhenMonitored("226 done\r\n")
        .serverSends("226 done\r\n")
        .serverGets(LOGIN + "CWD x\r\nUSER b\r\nPASS c\r\nRETR a\r\n")
        .clientGets(
            LOGGED_IN + "250 there\r\n331 password\r\n230 in\r\n" + NO_PATH + "226 done\r\n")
        .play();
  }

  @ParameterizedTest
  @CsvSource({
    "CWD /pub/0123456789a, 250 there, CWD /pub/0123456789ab, 250 there, of a command",
    "CWD 0123456789a, 250 there, CWD 0123456789ab, 250 there, of a directory",
    "PWD, 257 \"/pub/0123456789a\", PWD, 257 \"/pub/0123456789ab\", of a directory"
  })
  @DisplayName("OWN-3 a directory of path-length is followed, and one octet more is not known")
  void forgetsLongDirectories(
      String known, String reply, String unknown, String otherReply, String counted) {
    String settings = SETTINGS + ", path-length: 16";
    assertThat(
            greeted(settings)
                .clientSends(LOGIN + known + "\r\nRETR a\r\n")
                .serverSends("230 in\r\n")
                .serverSends(reply + "\r\n")
                .serverSends("226 done\r\n")
                .serverGets(LOGIN + known + "\r\nRETR a\r\n")
                .play()
                .reports())
        .isEmpty();
    assertThat(
            greeted(settings)
                .clientSends(LOGIN + unknown + "\r\nRETR a\r\nRETR /pub/a\r\n")
                .serverSends("230 in\r\n")
                .serverSends(otherReply + "\r\n")
                .serverSendsWhenMonitored("226 done\r\n")
                .serverSends("226 done\r\n")
                .serverGets(LOGIN + unknown + "\r\nRETR /pub/a\r\n")
                .clientGets(LOGGED_IN + otherReply + "\r\n" + NO_PATH + "226 done\r\n")
                .play()
                .reports())
        .containsExactly("long-path: " + counted, "denied-path: verb=RETR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RNTO /etc/x", "RNTO ../etc/x", "RNFR /etc/x", "MKD /etc/x", "SIZE ~"})
  @DisplayName("OWN-3 both names of a renaming are compared, like those of other commands")
  void comparesNames(String command) {
    requireDenied("paths.deny: /etc, paths.home: /pub", command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RETR /ETC/x", "RETR /Etc", "CWD eTC"})
  @DisplayName("OWN-3 case does not count where the server does not tell it")
  void ignoresCase(String command) {
    requireDenied("paths.deny: /etc, paths.ignore-case: true, paths.home: /", command);
    greeted("paths.deny: /etc, paths.home: /")
        .clientSends(LOGIN + command + "\r\n")
        .serverSends("230 in\r\n")
        .serverSends("250 done\r\n")
        .serverGets(LOGIN + command + "\r\n")
        .play();
  }

  private static void requireDenied(String settings, String command) {
    greeted(settings)
        .clientSends(LOGIN + command + "\r\n")
        .serverSends("230 in\r\n")
        .serverSendsWhenMonitored("250 done\r\n")
        .serverGets(LOGIN)
        .clientGets(LOGGED_IN + NO_PATH)
        .play();
  }
}
